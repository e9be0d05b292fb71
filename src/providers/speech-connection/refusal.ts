import { isJsonObject, type Json } from '../../kit/index.ts';
import { parseJson } from './read-message.ts';

const longestMessage = 200;

/** One sentence about an answer that is no success. What stands in it after a refused key is not told: it may be the key. */
export function describeRefusal(host: string, status: number, body: string): string {
  if (status === 401 || status === 403) return `${host} refused the credentials (HTTP status ${status}).`;
  const message = messageIn(parseJson(body));
  const said = message === undefined ? '' : ` ${message.replaceAll(/\s+/g, ' ').slice(0, longestMessage)}`;
  return `${host} answered with HTTP status ${status}.${said}`;
}

/** Services put it under one of a few names, some of them one level down. */
function messageIn(json: Json | undefined): string | undefined {
  if (typeof json === 'string') return json;
  if (!isJsonObject(json)) return undefined;
  for (const name of ['error', 'detail', 'message', 'Message', 'err_msg', 'error_message']) {
    const found = messageIn(json[name]);
    if (found !== undefined) return found;
  }
  return undefined;
}
