/** The beginning that SIP URIs of trunks have in common: scheme, host and port; there is no user in them. */
import { isHost } from './is-host.ts';

export interface SipPlace {
  readonly scheme: 'sip' | 'sips';
  /** IPv6 without brackets. */
  readonly host: string;
  /** Absent when none is written. */
  readonly port?: number;
}

const pattern = /^(sips?):(?:\[([0-9a-f:.]{2,45})\]|([^\s:;,?@[\]]{1,255}))(?::(\d{1,5}))?(;.*)?$/i;

/** `parameters` is what stands behind, from the first semicolon on, not looked at. Undefined when the text begins otherwise. */
export function parseSipPlace(text: string): { readonly place: SipPlace; readonly parameters: string } | undefined {
  const [, scheme = '', ipv6, name, portText, parameters = ''] = pattern.exec(text) ?? [];
  const host = ipv6 ?? name;
  if (host === undefined || !isHost(host)) return undefined;
  const port = portText === undefined ? undefined : Number(portText);
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined;
  const place = { host, ...(port === undefined ? {} : { port }) };
  return { place: { scheme: scheme.toLowerCase() === 'sips' ? 'sips' : 'sip', ...place }, parameters };
}
