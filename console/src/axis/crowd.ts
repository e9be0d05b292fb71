/** Which marks of a lane can be told apart at this size. */
import type { Item } from './timeline.ts';

export interface Placed {
  readonly item: Item;
  readonly x: number;
}

/** `end`: where the next one in the same row stands. */
interface Mark extends Placed {
  readonly end: number;
}

/** Marks that are closer to both neighbours than this cannot be told apart. */
const crowdedPx = 5;

/** Where the mark of an item stands: a notification where it was settled. */
export function markMs(item: Item): number {
  return item.lane === 'webhooks' ? item.toMs : item.fromMs;
}

/** What has room for a shape of its own, and what stands in a crowd of instants. In order of `x`. */
export function sortByRoom(
  placed: readonly Placed[],
  width: number,
): { readonly marks: Mark[]; readonly crowd: readonly Placed[] } {
  const ends = placed.map(() => width);
  const nextX = [width, width];
  for (let index = placed.length - 1; index >= 0; index--) {
    const { item, x } = placed[index] ?? {};
    const row = item?.isLower === true ? 1 : 0;
    ends[index] = nextX[row] ?? width;
    nextX[row] = x ?? width;
  }
  const marks: Mark[] = [];
  const crowd: Placed[] = [];
  const lastX = [-Infinity, -Infinity];
  placed.forEach((each, index) => {
    const row = each.item.isLower === true ? 1 : 0;
    const end = ends[index] ?? width;
    const gapPx = Math.min(end - each.x, each.x - (lastX[row] ?? -Infinity));
    lastX[row] = each.x;
    const isStretch = each.item.shape === 'span' || each.item.shape === 'waterfall';
    if (isStretch || gapPx >= crowdedPx || each.item.lane === 'webhooks') marks.push({ ...each, end });
    else crowd.push(each);
  });
  return { marks, crowd };
}
