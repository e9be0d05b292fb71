/** Instants on the picture: shapes that differ also without colour, with a label where there is room. */
import { drawText, outline, type Picture } from './picture.ts';
import type { LaneBox } from './lane-boxes.ts';
import { xOf } from './time-view.ts';
import type { Item } from './timeline.ts';

export function drawMark(picture: Picture, item: Item, box: LaneBox, fromX: number, end: number): void {
  const { context, palette, view, width } = picture;
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
  drawText(picture, item.label, start, y, end - start - 8, palette.ink);
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
