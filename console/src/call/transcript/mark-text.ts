/** Where words stand in a text, whatever their case. */

export interface MarkedPart {
  readonly text: string;
  readonly isFound: boolean;
}

/** One part when nothing is sought or found. */
export function markText(text: string, words: string): readonly MarkedPart[] {
  const [hay, needle] = [text.toLowerCase(), words.toLowerCase()];
  // Letters whose small form is longer would shift what is marked.
  if (needle === '' || hay.length !== text.length) return [{ text, isFound: false }];
  const parts: MarkedPart[] = [];
  let from = 0;
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, from)) {
    parts.push(
      { text: text.slice(from, at), isFound: false },
      { text: text.slice(at, at + needle.length), isFound: true },
    );
    from = at + needle.length;
  }
  return [...parts, { text: text.slice(from), isFound: false }];
}
