/** The wait of a turn as a small bar of its parts. */
import { drawText, outline, type Picture } from './picture.ts';
import type { LaneBox } from './lane-boxes.ts';
import { xOf } from './time-view.ts';
import type { Item, Tone } from './timeline.ts';
import type { PartName } from './waterfall.ts';

export const partTone: Readonly<Record<PartName, Tone>> = {
  'end of speech': 'callee',
  words: 'good',
  gateway: 'gateway',
  bot: 'bot',
  'bot, first byte': 'bot',
  'bot, rest': 'bot',
  voice: 'operator',
  'callee answers': 'soft',
  packet: 'accent',
};

export function drawWaterfall(picture: Picture, item: Item, box: LaneBox, end: number): void {
  const { context, palette, view, width } = picture;
  const top = box.top + 5;
  const height = box.height - 10;
  for (const { name, fromMs, toMs } of item.waterfall?.parts ?? []) {
    const from = xOf(view, width, fromMs);
    context.fillStyle = palette[partTone[name]];
    context.globalAlpha = name === 'bot, rest' ? 0.5 : name === 'callee answers' ? 0.2 : 0.85;
    context.fillRect(from, top, Math.max(0.5, xOf(view, width, toMs) - from), height);
  }
  context.globalAlpha = 1;
  const from = xOf(view, width, item.fromMs);
  const to = Math.max(from + 2, xOf(view, width, item.toMs));
  outline(picture, item, from, top, to - from, height);
  drawText(picture, item.label, to + 5, box.top + box.height / 2, end - to - 9, palette.ink);
}
