/** Instants on the picture: shapes that differ also without colour, with a label where there is room. */
import type { Placed } from './crowd.ts';
import { drawText, outline, type Picture } from './picture.ts';
import type { LaneBox } from './lane-boxes.ts';
import { xOf } from './time-view.ts';
import type { Item, Tone } from './timeline.ts';

const binPx = 2;
const urgency: Readonly<Partial<Record<Tone, number>>> = { bad: 2, warn: 1 };

/** As columns: the higher, the more there are; in the colour of the worst of them. */
export function drawCrowd(picture: Picture, box: LaneBox, crowd: readonly Placed[]): void {
  const { context, palette } = picture;
  const bins = new Map<number, { count: number; tone: Tone }>();
  for (const { item, x } of crowd) {
    const place = Math.floor(x / binPx) * 2 + (item.isLower === true ? 1 : 0);
    const bin = bins.get(place);
    if (bin === undefined) bins.set(place, { count: 1, tone: item.tone });
    else {
      bin.count++;
      if ((urgency[item.tone] ?? 0) > (urgency[bin.tone] ?? 0)) bin.tone = item.tone;
    }
  }
  const rowPx = box.name === 'sip' ? box.height / 2 : box.height;
  for (const [place, { count, tone }] of bins) {
    const middle = box.top + rowPx * ((place % 2) + 0.5);
    const height = Math.min(rowPx - 3, 5 + 2 * Math.log2(count));
    context.fillStyle = palette[tone];
    context.fillRect(Math.floor(place / 2) * binPx, middle - height / 2, binPx - 0.5, height);
  }
  for (const { item, x } of crowd) outline(picture, item, x - 3, box.top + 1, 6, box.height - 2);
}

export function drawMark(picture: Picture, item: Item, box: LaneBox, end: number): void {
  const { context, palette, view, width } = picture;
  const fromX = xOf(view, width, item.fromMs);
  const rows = box.name === 'sip' ? 2 : 1;
  const rowPx = box.height / rows;
  const y = box.top + (item.isLower === true ? 1.5 : 0.5) * rowPx;
  context.fillStyle = palette[item.tone];
  context.strokeStyle = palette[item.tone];
  context.lineWidth = 2;
  let x = fromX;
  if (item.toMs > item.fromMs) {
    x = xOf(view, width, item.toMs);
    context.fillRect(fromX, y - 0.5, x - fromX, 1);
  }
  drawShape(context, item.shape, x, y, box);
  outline(picture, item, x - 5, y - 6, 10, 12);
  const start = x + 8;
  const room = end - start - 8;
  if (box.name === 'webhooks' && room > 14) {
    // The line of one that is waiting runs through the labels of others.
    context.fillStyle = palette.surface;
    context.fillRect(start - 2, y - 6, Math.min(room, context.measureText(item.label).width) + 4, 12);
  }
  const labelPx = item.shape === 'flag' ? context.measureText(item.label).width : 0;
  // How a call ended is told on the other side when the picture ends too soon.
  if (labelPx > room) drawText(picture, item.label, x - labelPx - 6, y, labelPx + 2, palette.ink);
  else drawText(picture, item.label, start, y, room, palette.ink);
}

function drawShape(context: CanvasRenderingContext2D, shape: Item['shape'], x: number, y: number, box: LaneBox): void {
  switch (shape) {
    case 'arrow-up':
      polygon(context, [x, y - 6], [x + 5, y + 5], [x - 5, y + 5]);
      break;
    case 'arrow-down':
      polygon(context, [x, y + 6], [x + 5, y - 5], [x - 5, y - 5]);
      break;
    case 'dot':
      circle(context, x, y, 4.5);
      context.fill();
      break;
    case 'ring':
      circle(context, x, y, 3.5);
      context.stroke();
      break;
    case 'cross':
      context.beginPath();
      context.moveTo(x - 4, y - 4);
      context.lineTo(x + 4, y + 4);
      context.moveTo(x + 4, y - 4);
      context.lineTo(x - 4, y + 4);
      context.stroke();
      break;
    case 'flag':
      context.fillRect(x, box.top, 2, box.height);
      polygon(context, [x, box.top], [x + 7, box.top + 5], [x, box.top + 10]);
      break;
    default:
      context.fillRect(Math.round(x) - 1, y - 6, 2, 12);
  }
}

function circle(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
}

function polygon(context: CanvasRenderingContext2D, ...points: readonly (readonly [number, number])[]): void {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.closePath();
  context.fill();
}
