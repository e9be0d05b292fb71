/** The order in which the servers of SRV records are tried (RFC 2782): by priority, among equals by weighted lot. */
import type { Random } from '../../kit/index.ts';

export interface Weighted {
  readonly priority: number;
  readonly weight: number;
}

/**
 * Every entry once. Among those of one priority each place is drawn with chances in proportion to the weights of those that
 * are left; a weight of 0 is drawn only rarely while others have more.
 */
export function orderByWeight<Entry extends Weighted>(entries: readonly Entry[], random: Random): readonly Entry[] {
  const priorities = [...new Set(entries.map(({ priority }) => priority))].sort((a, b) => a - b);
  return priorities.flatMap((wanted) =>
    drawAll(
      entries.filter(({ priority }) => priority === wanted),
      random,
    ),
  );
}

function drawAll<Entry extends Weighted>(entries: readonly Entry[], random: Random): Entry[] {
  // Those without weight stand in front, so that a lot of 0 falls on them.
  const left = [...entries].sort((a, b) => Math.sign(a.weight) - Math.sign(b.weight));
  const drawn: Entry[] = [];
  while (left.length > 0) {
    const total = left.reduce((sum, { weight }) => sum + weight, 0);
    // Without any weight they are equals.
    if (total === 0) {
      drawn.push(...left.splice(random.uint32() % left.length, 1));
      continue;
    }
    const lot = Math.floor((random.uint32() / 2 ** 32) * (total + 1));
    let sum = 0;
    const at = left.findIndex(({ weight }) => (sum += weight) >= lot);
    drawn.push(...left.splice(at, 1));
  }
  return drawn;
}
