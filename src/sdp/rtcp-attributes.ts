/** What a session description says of RTCP: `a=rtcp` (RFC 3605), `a=rtcp-mux` (RFC 5761), `b=RS`, `b=RR` (RFC 3556), `a=rtcp-xr` (RFC 3611 §5). */
import { parseIpAddress } from '../kit/index.ts';
import { attributeValues, type MediaDescription } from './session-description.ts';

/** Where the peer takes RTCP, when that is not the port above that of RTP. */
export interface AgreedRtcp {
  /** Absent: the address of RTP. */
  readonly address?: string;
  /** 0: nowhere. */
  readonly port: number;
  /** On both sides at the port of RTP. */
  readonly isMuxed?: true;
  /** The peer asks for extended reports. */
  readonly isExtended?: true;
}

export function offersMux({ lines }: MediaDescription): boolean {
  return attributeValues(lines, 'rtcp-mux').length > 0;
}

/** `isMuxOpen`: our side has said `a=rtcp-mux`, or will. Empty when all is as it usually is. */
export function agreeOnRtcp(media: MediaDescription, isMuxOpen: boolean): { readonly rtcp?: AgreedRtcp } {
  const extended = attributeValues(media.lines, 'rtcp-xr').length > 0 ? { isExtended: true as const } : {};
  if (isTurnedOff(media)) return { rtcp: { port: 0 } };
  if (isMuxOpen && offersMux(media)) return { rtcp: { port: media.port, isMuxed: true, ...extended } };
  const named = parseRtcp(attributeValues(media.lines, 'rtcp')[0] ?? '');
  if (named === undefined && extended.isExtended === undefined) return {};
  return { rtcp: { ...(named ?? { port: portAbove(media.port) }), ...extended } };
}

/** RFC 3550 §11. */
function portAbove(rtpPort: number): number {
  return rtpPort < 65_535 ? rtpPort + 1 : 0;
}

/** RFC 3556 §2: no bandwidth for the reports of senders and none for those of receivers. */
function isTurnedOff({ lines }: MediaDescription): boolean {
  const has = (name: string): boolean => lines.some(({ type, value }) => type === 'b' && value.trim() === `${name}:0`);
  return has('RS') && has('RR');
}

/** The port, and the address where one is given; undefined for what is neither, or names a host instead of an address. */
function parseRtcp(value: string): { readonly port: number; readonly address?: string } | undefined {
  const [, portText, address] = /^(\d{1,5})(?: +IN +IP[46] +(\S+))?$/i.exec(value) ?? [];
  const port = Number(portText);
  if (portText === undefined || port > 65_535) return undefined;
  if (address === undefined) return { port };
  return parseIpAddress(address) !== undefined ? { port, address } : undefined;
}
