/** Where each lane lies on the picture, from top to bottom. A lane that has nothing to show has no room. */
import type { QualitySeries } from './lanes/quality.ts';
import type { Item, LaneName, Timeline } from './timeline.ts';

export interface LaneBox {
  readonly name: LaneName;
  readonly label: string;
  /** Under the label, in small: the worst value of a measurement. */
  readonly note?: string;
  readonly isNoteBad?: boolean;
  readonly top: number;
  readonly height: number;
  readonly series?: QualitySeries;
}

export interface LaneBoxes {
  readonly boxes: readonly LaneBox[];
  readonly height: number;
}

const gapPx = 6;
/** Of a lane in which people speak: the lower part has the words. */
export const wordsPx = 22;
const seriesPx = 28;

const lanes: readonly { readonly name: LaneName; readonly label: string; readonly heightPx: number }[] = [
  { name: 'state', label: 'State', heightPx: 24 },
  { name: 'bot-voice', label: 'Bot', heightPx: 46 + wordsPx },
  { name: 'callee-voice', label: 'Callee', heightPx: 46 + wordsPx },
  { name: 'turns', label: 'Waits', heightPx: 28 },
  { name: 'bot', label: 'Bot requests', heightPx: 20 },
  { name: 'sip', label: 'SIP', heightPx: 40 },
  { name: 'webhooks', label: 'Webhooks', heightPx: 22 },
  { name: 'events', label: 'Events', heightPx: 22 },
];

/** `labelPx`: room above each lane for its label; 0 where labels have a column of their own. */
export function layOutLanes(timeline: Timeline, labelPx: number): LaneBoxes {
  const boxes: LaneBox[] = [];
  let top = 4;
  const add = (box: Omit<LaneBox, 'top'>): void => {
    boxes.push({ ...box, top: top + labelPx });
    top += labelPx + box.height + gapPx;
  };
  for (const { name, label, heightPx } of lanes) {
    if ((timeline.byLane.get(name) ?? []).length > 0) add({ name, label, height: heightPx });
  }
  for (const series of timeline.quality) {
    const note = series.worst === undefined ? 'not known' : `worst ${series.worst}`;
    add({ name: 'quality', label: series.name, note, isNoteBad: series.isWorstBad, height: seriesPx, series });
  }
  return { boxes, height: top };
}

/** The thing at a point of the picture: one that is there, or the nearest instant that is close. */
export function itemAt(
  timeline: Timeline,
  { boxes }: LaneBoxes,
  xOfMs: (atMs: number) => number,
  point: { readonly x: number; readonly y: number },
): Item | undefined {
  const box = boxes.find(({ top, height }) => point.y >= top && point.y < top + height);
  if (box === undefined) return undefined;
  const isLower = point.y >= box.top + box.height / 2;
  let best: Item | undefined;
  let bestPx = nearPx;
  for (const item of timeline.byLane.get(box.name) ?? []) {
    const fromX = xOfMs(item.fromMs);
    if (fromX > point.x + nearPx) break;
    const awayPx = Math.max(fromX - point.x, point.x - Math.max(xOfMs(item.toMs), fromX), 0);
    // Of the two rows of SIP the one that is pointed at wins.
    const rowPx = box.name === 'sip' && (item.isLower === true) !== isLower ? nearPx / 2 : 0;
    // A mark lies above what it marks.
    const px = item.shape === 'flag' ? awayPx - 1 : awayPx + rowPx;
    if (px > bestPx) continue;
    bestPx = px;
    best = item;
  }
  return best;
}

const nearPx = 7;

/** What the keyboard goes through: the things in sight, in order; of those in a lane that lie as close as one mark, the first. */
export function stepsInView(
  timeline: Timeline,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  msPerPx: number,
): readonly Item[] {
  const lastMs = new Map<string, number>();
  return timeline.items.filter((item) => {
    if (item.toMs < fromMs || item.fromMs > toMs) return false;
    const row = item.isLower === true ? `${item.lane}-lower` : item.lane;
    if (item.fromMs - (lastMs.get(row) ?? -Infinity) < msPerPx * (nearPx - 1)) return false;
    lastMs.set(row, item.fromMs);
    return true;
  });
}
