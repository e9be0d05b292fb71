/** A known name and its edit distance (letters inserted, deleted, changed or swapped) from the one asked for. */
export interface NearestName {
  readonly name: string;
  readonly distance: number;
}

/** Names are compared up to this length, so that a hostile name costs no more than a long honest one. */
const comparedLength = 64;

/** The known name that a misspelt one most likely stands for; undefined only when nothing is known. Ignores case. */
export function nearestName(name: string, known: Iterable<string>): NearestName | undefined {
  const wanted = fold(name);
  let nearest: NearestName | undefined;
  for (const candidate of known) {
    const distance = editDistance(wanted, fold(candidate));
    if (nearest === undefined || distance < nearest.distance) nearest = { name: candidate, distance };
  }
  return nearest;
}

/** An unknown name as it may be shown: quoted, cut, its control characters escaped. */
export function quoteName(name: string): string {
  return JSON.stringify(name.length > comparedLength ? `${name.slice(0, comparedLength)}…` : name);
}

function fold(name: string): string {
  return name.slice(0, comparedLength).toLowerCase();
}

/** Optimal string alignment distance: three rows, O(a·b). */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforePrevious[j - 2] ?? 0) + 1);
      }
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
