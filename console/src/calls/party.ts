/** Who is called and who calls, short enough for a table. */

/** The display name if there is one, else what stands before the host: the number or the user. */
export function printParty(uri: string): string {
  const named = /^\s*"((?:[^"\\]|\\.)*)"\s*</.exec(uri)?.[1] ?? /^\s*([^<"]*[^<"\s])\s*</.exec(uri)?.[1];
  if (named !== undefined && named !== '') return named.replaceAll(/\\(.)/g, '$1');
  const inner = /<([^>]*)>/.exec(uri)?.[1] ?? uri;
  const match = /^(?:sips?|tel):([^@;?]+)(?:@([^;?]+))?/i.exec(inner);
  if (match === null) return uri === '' ? 'unknown' : uri;
  return decode(match[1] ?? uri);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
