/** Settings that go into SIP headers, held against the grammar when they are read. Reasons repeat no value. */
import type { JsonObject } from '../kit/index.ts';
import { checkExtraHeader, userToUserValue } from '../sip/index.ts';

const maxHeaders = 32;
/** Names and values together, so that an INVITE stays a message that everybody takes. */
const maxTotalLength = 8192;
const callInfoPattern =
  /^<[a-z][a-z\d+.-]*:[^<>\s]+>\s*(?:;[^<>]*)?(?:,\s*<[a-z][a-z\d+.-]*:[^<>\s]+>\s*(?:;[^<>]*)?)*$/i;

/** Headers by name. */
export function findSipHeadersFault(headers: JsonObject): string | undefined {
  const entries = Object.entries(headers);
  if (entries.length > maxHeaders) return `it has more than ${maxHeaders} headers`;
  let length = 0;
  for (const [name, value] of entries) {
    if (typeof value !== 'string') return 'a header is given that is no text';
    const checked = checkExtraHeader({ name, value });
    if (!checked.ok) return withoutStop(checked.error);
    length += name.length + value.length;
  }
  if (length > maxTotalLength) return `they are over ${maxTotalLength} characters together`;
  return undefined;
}

export function findHeaderTextFault(of: 'user-to-user' | 'call-info', text: string): string | undefined {
  if (of === 'call-info') {
    return callInfoPattern.test(text) ? undefined : 'expected: <URI>;purpose=word, several separated by commas';
  }
  const value = userToUserValue(text);
  return value.ok ? undefined : withoutStop(value.error);
}

/** The reasons of settings are parts of sentences. */
function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '').replace(/^The /, 'the ').replace(/^A /, 'a ');
}
