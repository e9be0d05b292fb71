/**
 * Cuts clean text into pieces that are spoken one after the other, so that the first words are heard
 * before the last ones are synthesised. A piece is a sentence; a very long one is cut at a comma or a space.
 */
const longestPiece = 300;

/** Words before a full stop that ends no sentence. Compared in lower case. */
const abbreviations = new Set(
  (
    'mr mrs ms dr prof sr jr st ave blvd rd mt ft gen col lt sgt capt hon rev rep sen gov pres vs etc inc ltd co corp ' +
    'dept univ approx appt ext tel est jan feb mar apr jun jul aug sep sept oct nov dec e.g i.e'
  ).split(' '),
);
/** Abbreviations only before a number: "No. 5", but "I said no. Then ...". */
const beforeNumber = new Set(['no', 'nos', 'p', 'pp', 'fig', 'vol', 'art', 'sec']);

/** Pieces in order, each with at least one letter or digit and at most 300 characters; none for nothing to say. */
export function splitSentences(text: string): string[] {
  return text
    .split('\n')
    .flatMap((line) => splitLine(line))
    .flatMap((sentence) => splitLong(sentence))
    .filter((piece) => /[\p{L}\p{N}]/u.test(piece));
}

function splitLine(line: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  // A sentence ends at a run of . ! ? with closing quotes or brackets, followed by a space.
  for (const end of line.matchAll(/[.!?]["')\]]?(?= )/g)) {
    const after = end.index + end[0].length;
    if (!isSentenceEnd(line, end.index, after)) continue;
    sentences.push(line.slice(start, after).trim());
    start = after;
  }
  sentences.push(line.slice(start).trim());
  return sentences;
}

function isSentenceEnd(line: string, stop: number, after: number): boolean {
  const next = line.slice(after + 1, after + 3).replace(/^["'([]/, '')[0] ?? '';
  if (line[stop] !== '.') return true;
  // What goes on in lower case is the same sentence.
  if (/[a-z]/.test(next)) return false;
  const word = lastWord(line, stop).toLowerCase();
  if (/^[ap]\.m$/.test(word)) return true;
  if (abbreviations.has(word)) return false;
  if (beforeNumber.has(word)) return !/\d/.test(next);
  // Initials ("J. Smith", "U.S. Army"); "I" ends sentences.
  return !/^(?:[a-hj-z]|(?:[a-z]\.)+[a-z])$/.test(word);
}

/** The word that ends before `stop`, without opening quotes or brackets. */
function lastWord(line: string, stop: number): string {
  const from = line.lastIndexOf(' ', stop - 1) + 1;
  return line.slice(from, stop).replace(/^["'([]+/, '');
}

function splitLong(sentence: string): string[] {
  const pieces: string[] = [];
  let rest = sentence;
  while (rest.length > longestPiece) {
    const head = rest.slice(0, longestPiece);
    const comma = Math.max(head.lastIndexOf(', '), head.lastIndexOf('; '), head.lastIndexOf(': '));
    const space = head.lastIndexOf(' ');
    const cut = comma > longestPiece / 3 ? comma + 1 : space > 0 ? space : longestPiece;
    pieces.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trim();
  }
  return [...pieces, rest];
}
