/** One of the places that a trunk's calls go to: a SIP URI with what decides between several. */
import { isHost } from './is-host.ts';

export interface TrunkTarget {
  readonly scheme: 'sip' | 'sips';
  /** IPv6 without brackets. */
  readonly host: string;
  /** Absent: as DNS says, or the usual one. */
  readonly port?: number;
  /** Absent: as DNS says, or the usual one. */
  readonly transport?: 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';
  /** The lowest goes first; 0 to 65535. */
  readonly priority: number;
  /** Share of the calls among targets of one priority; 0 to 65535, 1 unless said otherwise. */
  readonly weight: number;
}

export const trunkTargetForm = 'sip:host[:port][;transport=udp|tcp|tls][;priority=n][;weight=n]';

const pattern = /^(sips?):(?:\[([0-9a-f:.]{2,45})\]|([^\s:;,?@[\]]{1,255}))(?::(\d{1,5}))?((?:;[a-z]+(?:=\w+)?)*)$/i;

/** `sip:host`, a port and parameters behind it; undefined when it is none, or holds what is not known. */
export function parseTrunkTarget(text: string): TrunkTarget | undefined {
  const match = pattern.exec(text.trim());
  const host = match?.[2] ?? match?.[3];
  if (match === null || host === undefined || !isHost(host)) return undefined;
  const port = match[4] === undefined ? undefined : Number(match[4]);
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined;
  const parameters = new Map<string, string>();
  for (const parameter of (match[5] ?? '').split(';').slice(1)) {
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
  const scheme = match[1]?.toLowerCase() === 'sips' ? 'sips' : 'sip';
  if (scheme === 'sips' && transport === 'udp') return undefined;
  return {
    scheme,
    host,
    ...(port === undefined ? {} : { port }),
    ...(transport === undefined ? {} : { transport }),
    priority,
    weight,
  };
}

function take(parameters: Map<string, string>, name: string): string | undefined {
  const value = parameters.get(name);
  parameters.delete(name);
  return value;
}

function isTransport(name: string): name is NonNullable<TrunkTarget['transport']> {
  return name === 'udp' || name === 'tcp' || name === 'tls' || name === 'ws' || name === 'wss';
}

function readNumber(text: string): number | undefined {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Infinity;
  return value <= 65_535 ? value : undefined;
}
