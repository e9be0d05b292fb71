/** A SIP message on its way past us, as tools for looking at networks want to know it. */
import { type IpAddress, parseIpAddress } from '../../kit/index.ts';
import type { HostPort, SipTransport } from '../contract.ts';

export interface CapturedMessage {
  /** When it was handed to the transport or came from there; milliseconds since 1970. */
  readonly wallMs: number;
  readonly transport: SipTransport;
  readonly source: HostPort;
  readonly destination: HostPort;
  /** Head and body, with secrets masked. */
  readonly text: string;
}

export interface CapturedAddresses {
  readonly family: 4 | 6;
  readonly source: IpAddress;
  readonly destination: IpAddress;
}

/** Both addresses in one family. A host that is known by its name alone is 0.0.0.0 or `::`; IPv4 beside IPv6 is mapped into it. */
export function capturedAddresses({ source, destination }: CapturedMessage): CapturedAddresses {
  const [from, to] = [parseIpAddress(source.host), parseIpAddress(destination.host)];
  const family = from?.length === 16 || to?.length === 16 ? 6 : 4;
  return { family, source: inFamily(from, family), destination: inFamily(to, family) };
}

const mappedPrefix: IpAddress = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255];

function inFamily(address: IpAddress | undefined, family: 4 | 6): IpAddress {
  if (address === undefined) return Array.from({ length: family === 4 ? 4 : 16 }, () => 0);
  return family === 6 && address.length === 4 ? [...mappedPrefix, ...address] : address;
}
