/** One of the places that a trunk's calls go to: a SIP URI with what decides between several. */
import type { SipTransport } from '../sip/index.ts';
import { parseSipPlace, type SipPlace } from './sip-place.ts';

export interface TrunkTarget extends SipPlace {
  /** Absent: as DNS says, or the usual one; so is the port. */
  readonly transport?: SipTransport;
  /** The lowest goes first; 0 to 65535. */
  readonly priority: number;
  /** Share of the calls among targets of one priority; 0 to 65535, 1 unless said otherwise. */
  readonly weight: number;
}

export const trunkTargetForm = 'sip:host[:port][;transport=udp|tcp|tls][;priority=n][;weight=n]';

/** `sip:host`, a port and parameters behind it; undefined when it is none, or holds what is not known. */
export function parseTrunkTarget(text: string): TrunkTarget | undefined {
  const parsed = parseSipPlace(text.trim());
  if (parsed === undefined || !/^(?:;[a-z]+(?:=\w+)?)*$/i.test(parsed.parameters)) return undefined;
  const { place } = parsed;
  const parameters = new Map<string, string>();
  for (const parameter of parsed.parameters.split(';').slice(1)) {
    const [name = '', value = ''] = parameter.toLowerCase().split('=');
    if (parameters.has(name)) return undefined;
    parameters.set(name, value);
  }
  parameters.delete('lr');
  const transport = take(parameters, 'transport');
  const priority = readNumber(take(parameters, 'priority') ?? '0');
  const weight = readNumber(take(parameters, 'weight') ?? '1');
  if (parameters.size > 0 || priority === undefined || weight === undefined) return undefined;
  if (transport !== undefined && !isTransport(transport)) return undefined;
  if (place.scheme === 'sips' && transport === 'udp') return undefined;
  return { ...place, ...(transport === undefined ? {} : { transport }), priority, weight };
}

function take(parameters: Map<string, string>, name: string): string | undefined {
  const value = parameters.get(name);
  parameters.delete(name);
  return value;
}

function isTransport(name: string): name is SipTransport {
  return name === 'udp' || name === 'tcp' || name === 'tls' || name === 'ws' || name === 'wss';
}

function readNumber(text: string): number | undefined {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Infinity;
  return value <= 65_535 ? value : undefined;
}
