/** Where sentences end in a line of text, as a reader would say: not in a number, an abbreviation, an initial or an address. */

/** Words before a full stop that ends no sentence. Compared in lower case. */
const abbreviations = new Set(
  (
    'mr mrs ms dr prof sr jr st ave blvd rd mt ft gen col lt sgt capt hon rev rep sen gov pres vs etc inc ltd co corp ' +
    'dept univ approx appt ext tel est jan feb mar apr jun jul aug sep sept oct nov dec e.g i.e'
  ).split(' '),
);
/** Abbreviations only before a number: "No. 5", but "I said no. Then ...". */
const beforeNumber = new Set(['no', 'nos', 'p', 'pp', 'fig', 'vol', 'art', 'sec']);

/**
 * The places right after each sentence of a line but the last, in order. A sentence ends at a run of . ! ? with a closing
 * quote or bracket, followed by a space; the two characters after the space take part in the decision.
 */
export function sentenceEnds(line: string): number[] {
  return [...line.matchAll(/[.!?]["')\]]?(?= )/g)]
    .map((end) => ({ stop: end.index, after: end.index + end[0].length }))
    .filter(({ stop, after }) => isSentenceEnd(line, stop, after))
    .map(({ after }) => after);
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
