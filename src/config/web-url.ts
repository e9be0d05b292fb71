import { err, ok, type Result } from '../kit/index.ts';

/** Longest URL taken anywhere (promise A7). */
export const maxUrlLength = 2048;

/**
 * An http or https URL in its WHATWG form, or why the text is not one. Credentials inside the URL are refused: they
 * would end up in logs. `http:www.example.com`, as the original documentation writes it, is taken as the WHATWG rules
 * read it: `http://www.example.com/`. The fragment, which never reaches a server, is dropped.
 */
export function parseWebUrl(text: string): Result<string, string> {
  if (text.length > maxUrlLength) return err(`it is longer than ${maxUrlLength} characters`);
  if (hasControlCharacter(text)) return err('it holds a control character');
  if (!URL.canParse(text)) return err('expected: http or https URL');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return err('expected: http or https URL');
  if (url.username !== '' || url.password !== '') return err('credentials do not belong in the URL');
  url.hash = '';
  return url.href.length > maxUrlLength ? err(`it is longer than ${maxUrlLength} characters`) : ok(url.href);
}

/** Any C0 control character or DEL. */
export function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}
