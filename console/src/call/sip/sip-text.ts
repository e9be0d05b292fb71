/** The text of a SIP message in pieces, so that each can be shown as what it is. */

export interface SipPiece {
  readonly kind: 'start' | 'name' | 'value' | 'mask' | 'body-type' | 'body';
  readonly text: string;
}

/** Lines, each in its pieces; joined they are the text again. */
export function sipPieces(text: string): readonly (readonly SipPiece[])[] {
  const lines = text.replace(/(?:\r?\n)+$/, '').split(/\r?\n/);
  const end = lines.indexOf('');
  return lines.map((line, index) => {
    if (index === 0) return masked(line, 'start');
    return end >= 0 && index >= end ? bodyPieces(line) : headerPieces(line);
  });
}

function headerPieces(line: string): readonly SipPiece[] {
  const name = /^[^\s:]+\s*:/.exec(line)?.[0];
  // A header that goes on in the next line begins with a space (RFC 3261 §7.3.1).
  if (name === undefined) return masked(line, 'value');
  return [{ kind: 'name', text: name }, ...masked(line.slice(name.length), 'value')];
}

function bodyPieces(line: string): readonly SipPiece[] {
  const type = /^[a-z]=/.exec(line)?.[0];
  return type === undefined
    ? masked(line, 'body')
    : [{ kind: 'body-type', text: type }, ...masked(line.slice(2), 'body')];
}

function masked(text: string, kind: SipPiece['kind']): readonly SipPiece[] {
  return text
    .split(/(\*{3})/)
    .filter((part) => part !== '')
    .map((part) => ({ kind: part === '***' ? 'mask' : kind, text: part }));
}
