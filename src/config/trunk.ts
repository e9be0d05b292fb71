/** The next hop of calls: a SIP URI with its transport. */
import { isIP } from 'node:net';
import { err, ok, type Result } from '../kit/index.ts';
import { type Hop, type SipTransport, usualPort } from '../sip/index.ts';
import { splitEntries } from './split-entries.ts';
import { parseSipPlace, type SipPlace } from './sip-place.ts';

/** `wanted`, of a name: what was not written in it is left to DNS (RFC 3263). */
export type Trunk = Pick<Hop, 'transport' | 'host' | 'port' | 'wanted'>;

export const trunkForm =
  'sip:host or sip:host:port, with ;transport=tcp, tls, ws or wss when it is not UDP; sips: means TLS';

const maxTrunks = 16;

/** The error is a part of a sentence and repeats no text. */
export function parseTrunk(text: string): Result<Trunk, string> {
  const parsed = parseSipPlace(text);
  const written = /^(?:;transport=(udp|tcp|tls|ws|wss))?(?:;lr)?$/i.exec(parsed?.parameters ?? '');
  if (parsed === undefined || written === null) return err(`expected: ${trunkForm}`);
  const { place } = parsed;
  const named = written[1]?.toLowerCase();
  const transport = transportOf(place.scheme, named);
  if (transport === undefined) return err('a sips: URI cannot go by UDP: sips:host, or sips:host;transport=ws');
  const { host, port = usualPort(transport) } = place;
  const wanted = { ...place, ...(named === undefined ? {} : { transport: named }) };
  return ok({ transport, host, port, ...(isIP(host) === 0 ? { wanted } : {}) });
}

/** TLS is what `sips:` asks for on the way, and `transport` then says what it runs over (RFC 3261 §26.2.2, RFC 7118 §5). */
function transportOf(scheme: SipPlace['scheme'], name: string | undefined): SipTransport | undefined {
  if (scheme === 'sips') return name === 'udp' ? undefined : name === 'ws' || name === 'wss' ? 'wss' : 'tls';
  return name === 'tcp' || name === 'tls' || name === 'ws' || name === 'wss' ? name : 'udp';
}

/** Several, separated by commas. */
export function parseTrunks(text: string): Result<readonly Trunk[], string> {
  const entries = splitEntries(text);
  if (entries.length > maxTrunks) return err(`it has more than ${maxTrunks} entries`);
  const trunks: Trunk[] = [];
  for (const [index, entry] of entries.entries()) {
    const trunk = parseTrunk(entry);
    if (!trunk.ok) return err(`entry ${index + 1}: ${trunk.error}`);
    trunks.push(trunk.value);
  }
  return ok(trunks);
}
