/** The picture of the lanes on a canvas. It draws what is in sight, and of what falls on the same pixel one. */
import { drawQuality } from './draw-quality.ts';
import { markMs, sortByRoom } from './crowd.ts';
import { drawCrowd, drawMark } from './draw-marks.ts';
import { drawWaterfall } from './draw-waterfall.ts';
import { type LaneBox, wordsPx } from './lane-boxes.ts';
import { type Peaks, peakBetween } from './peaks.ts';
import { drawText, fontPx, outline, type Picture, type Waves } from './picture.ts';
import { printTick, rulerTicks, spanOf, xOf } from './time-view.ts';
import type { Item } from './timeline.ts';

export function drawLanes(picture: Picture): void {
  const { context, lanes, width, rulerPx, palette } = picture;
  context.clearRect(0, 0, width, rulerPx + lanes.height);
  context.font = `${fontPx}px ${palette.font}`;
  context.textBaseline = 'middle';
  drawRuler(picture);
  context.save();
  context.translate(0, rulerPx);
  for (const box of lanes.boxes) drawLane(picture, box);
  context.restore();
}

function drawRuler({ context, view, width, palette, rulerPx, lanes, timeline }: Picture): void {
  const { stepMs, ticks } = rulerTicks(view, width, 84);
  for (const { atMs, isMajor } of ticks) {
    const x = Math.round(xOf(view, width, atMs));
    context.fillStyle = palette.line;
    context.fillRect(x, isMajor ? rulerPx - 8 : rulerPx - 4, 1, isMajor ? lanes.height + 8 : 4);
    if (!isMajor) continue;
    context.fillStyle = palette.soft;
    context.fillText(printTick(atMs, stepMs), x + 4, rulerPx - 14);
  }
  if (timeline.endMs === undefined) return;
  const x = xOf(view, width, timeline.endMs);
  context.fillStyle = palette.sunken;
  context.globalAlpha = 0.7;
  context.fillRect(x, rulerPx, Math.max(0, width - x), lanes.height);
  context.globalAlpha = 1;
}

function drawLane(picture: Picture, box: LaneBox): void {
  switch (box.name) {
    case 'bot-voice':
    case 'callee-voice':
      drawVoice(picture, box);
      break;
    case 'quality':
      if (box.series !== undefined) drawQuality(picture, box, box.series);
      break;
    default:
      drawItems(picture, box);
  }
}

function inSight({ timeline, view }: Picture, lane: LaneBox['name']): readonly Item[] {
  return (timeline.byLane.get(lane) ?? []).filter(({ fromMs, toMs }) => toMs >= view.fromMs && fromMs <= view.toMs);
}

/** A flag with its words hides a voice; where they are many, the sign says enough. */
const roomForFlagPx = 180;

function drawVoice(picture: Picture, box: LaneBox): void {
  const { context, palette, waves, view, width } = picture;
  const wave = { ...box, height: box.height - wordsPx };
  const items = inSight(picture, box.name);
  const spoken = items.filter(({ shape }) => shape === 'words');
  const isBot = box.name === 'bot-voice';
  context.fillStyle = isBot ? palette.bot : palette.callee;
  const peaks = isBot ? waves?.bot : waves?.callee;
  if (waves === undefined || peaks === undefined) {
    for (const { fromMs, toMs } of spoken) {
      const x = xOf(view, width, fromMs);
      context.globalAlpha = 0.55;
      context.fillRect(x, wave.top + wave.height * 0.3, Math.max(2, xOf(view, width, toMs) - x), wave.height * 0.4);
      context.globalAlpha = 1;
    }
  } else {
    drawWave(picture, wave, peaks, waves);
  }
  drawWords(picture, box, spoken);
  const flags = items.filter(({ shape }) => shape === 'flag');
  flags.forEach((item, index) => {
    const next = flags[index + 1];
    drawBargeIn(picture, item, box, next === undefined ? width : xOf(view, width, next.fromMs));
  });
}

function drawWave(
  { context, view, width }: Picture,
  box: Pick<LaneBox, 'top' | 'height'>,
  peaks: Peaks,
  waves: Waves,
): void {
  const middle = box.top + box.height / 2;
  const half = box.height / 2;
  const msPerPx = spanOf(view) / width;
  context.globalAlpha = 0.8;
  for (let x = 0; x < width; x++) {
    const fromMs = view.fromMs + x * msPerPx - waves.offsetMs;
    const peak = peakBetween(peaks, fromMs, fromMs + msPerPx);
    if (peak === undefined) continue;
    const high = Math.min(half, peak[1] * waves.gain * half);
    const low = Math.min(half, -peak[0] * waves.gain * half);
    context.fillRect(x, middle - high, 1, Math.max(1, high + low));
  }
  context.globalAlpha = 1;
}

/** Blocks with their words; what has no room in its block runs on up to the next one. */
function drawWords(picture: Picture, box: LaneBox, items: readonly Item[]): void {
  const { context, palette, view, width } = picture;
  const top = box.top + box.height - wordsPx + 2;
  const height = wordsPx - 4;
  items.forEach((item, index) => {
    const from = xOf(view, width, item.fromMs);
    const to = Math.max(from + 2, xOf(view, width, item.toMs));
    context.fillStyle = palette[item.tone];
    context.globalAlpha = 0.1 + 0.25 * (item.confidence ?? 1);
    context.fillRect(from, top, to - from, height);
    context.globalAlpha = 1;
    context.fillRect(from, top, 2, height);
    outline(picture, item, from, top, to - from, height);
    const sure = item.confidence === undefined ? '' : `${item.confidence.toFixed(2)} `;
    const next = items[index + 1];
    const end = next === undefined ? width : xOf(view, width, next.fromMs);
    // Words of a block that has begun before the left edge stay in sight.
    const start = Math.max(from, 0) + 6;
    drawText(picture, sure + item.label, start, top + height / 2, end - start - 4, palette.ink);
  });
}

/** A flag over both voices; in words where the next one is far enough away. */
function drawBargeIn(picture: Picture, item: Item, box: LaneBox, end: number): void {
  const { context, palette, view, width, lanes } = picture;
  const callee = lanes.boxes.find(({ name }) => name === 'callee-voice');
  const bottom = callee === undefined ? box.top + box.height : callee.top + callee.height;
  const x = Math.round(xOf(view, width, item.fromMs));
  context.fillStyle = palette.warn;
  context.fillRect(x, box.top, 2, bottom - box.top);
  const label = end - x > roomForFlagPx ? '⚡ barge-in' : '⚡';
  const labelPx = context.measureText(label).width + 8;
  context.fillRect(x, box.top, labelPx, 15);
  context.fillStyle = palette.surface;
  context.fillText(label, x + 4, box.top + 8);
  outline(picture, item, x, box.top, labelPx, 15);
}

function drawItems(picture: Picture, box: LaneBox): void {
  const { view, width } = picture;
  const items = inSight(picture, box.name);
  const { marks, crowd } = sortByRoom(
    items.map((item) => ({ item, x: xOf(view, width, markMs(item)) })),
    width,
  );
  drawCrowd(picture, box, crowd);
  // What went wrong is not hidden by what went well.
  marks.sort((a, b) => Number(a.item.tone === 'bad') - Number(b.item.tone === 'bad'));
  for (const { item, end } of marks) {
    if (item.shape === 'span') drawSpan(picture, item, box, end);
    else if (item.shape === 'waterfall') drawWaterfall(picture, item, box, end);
    else drawMark(picture, item, box, end);
  }
}

function drawSpan(picture: Picture, item: Item, box: LaneBox, end: number): void {
  const { context, palette, view, width } = picture;
  const from = xOf(view, width, item.fromMs);
  const to = Math.max(from + 2, xOf(view, width, item.toMs));
  const left = Math.max(from, -4);
  context.fillStyle = palette[item.tone];
  context.globalAlpha = item.lane === 'state' ? 0.22 : 0.4;
  context.fillRect(left, box.top + 1, Math.min(to, width + 4) - left, box.height - 2);
  context.globalAlpha = 1;
  context.fillRect(from, box.top + 1, 2, box.height - 2);
  outline(picture, item, from, box.top + 1, to - from, box.height - 2);
  const start = Math.max(from, 0) + 6;
  const room = (item.lane === 'state' ? to : Math.max(end, to)) - start - 4;
  drawText(picture, item.label, start, box.top + box.height / 2, room, palette.ink);
}
