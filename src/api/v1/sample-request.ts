/** The request of a route as a curl command that can be copied: where it is printed, only credentials have to be put in. */
import { isJsonObject, type JsonObject } from '../../kit/index.ts';
import type { Access } from './route.ts';

/** A gateway as it comes; docs/openapi.json is printed for it. */
export const usualOrigin = 'http://127.0.0.1:9080';

export const sampleParameters: Readonly<Record<string, string>> = {
  tenantId: 'clinic',
  sessionId: '5f1c9a1e-0b7f-4c58-9d35-2f1a7c9e4b60',
  sequence: '3',
};

const users: Readonly<Record<Access, string | undefined>> = {
  credentials: 'campaign:change-me',
  link: 'campaign:change-me',
  admin: 'admin:change-me',
  open: undefined,
};

export interface SampleOrder {
  readonly method: string;
  /** Parameters as `:name`. */
  readonly url: string;
  readonly access: Access;
  readonly body?: JsonObject;
  /** Of the answer. */
  readonly contentType?: string;
}

export function printCurl({ method, url, access, body, contentType }: SampleOrder, origin: string): string {
  const path = url.replaceAll(/:(\w+)/g, (_, name: string) => sampleParameters[name] ?? name);
  const user = users[access];
  const file = fileOf(contentType);
  const words = [
    'curl',
    ...(method === 'GET' ? [] : ['-X', method]),
    ...(contentType === 'text/event-stream' ? ['-N'] : []),
    ...(user === undefined ? [] : ['-u', user]),
    ...(file === undefined ? [] : ['-o', file]),
  ];
  const lines = [
    words.join(' '),
    ...(body === undefined ? [] : [`-H 'Content-Type: application/json'`, `-d ${quote(printBody(body))}`]),
    quote(`${origin}${path}`),
  ];
  return lines.join(' \\\n  ');
}

/**
 * The origin that a request was sent to, for samples to name; the usual one when its Host is no plain host. What a proxy says is not
 * looked at: it would be anybody's word.
 */
export function originOf(protocol: string, host: string): string {
  const isPlain = /^(?:[a-z0-9](?:[a-z0-9.-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i.test(host);
  return isPlain ? `${protocol === 'https' ? 'https' : 'http'}://${host}` : usualOrigin;
}

function fileOf(contentType: string | undefined): string | undefined {
  if (contentType === 'audio/wav') return 'recording.wav';
  return contentType?.includes('pcap') === true ? 'call.pcap' : undefined;
}

/** With a space after each colon and comma: it is read by people. */
function printBody(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item: unknown) => printBody(item)).join(', ')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${printBody(each)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
