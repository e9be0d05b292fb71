/** A measurement of the audio as a small area: filled what was heard here, a line what the far end reported. */
import type { Picture } from './picture.ts';
import type { LaneBox } from './lane-boxes.ts';
import type { QualitySeries } from './lanes/quality.ts';
import { xOf } from './time-view.ts';

export function drawQuality(picture: Picture, box: LaneBox, series: QualitySeries): void {
  const { context, palette, view, width } = picture;
  const { points, least, most, isBad } = series;
  const bottom = box.top + box.height;
  const yOf = (value: number): number => bottom - ((value - least) / (most - least)) * (box.height - 2) - 1;
  const inSight = points.filter(({ fromMs, toMs }) => toMs >= view.fromMs && fromMs <= view.toMs);
  context.fillStyle = palette.line;
  context.fillRect(0, bottom, width, 1);
  for (const { fromMs, toMs, here, far } of inSight) {
    const [from, to] = [xOf(view, width, fromMs), xOf(view, width, toMs)];
    if (here !== null) {
      context.fillStyle = isBad(here) ? palette.bad : palette.gateway;
      context.globalAlpha = isBad(here) ? 0.4 : 0.25;
      context.fillRect(from, yOf(here), to - from, bottom - yOf(here));
      context.globalAlpha = 1;
      context.fillRect(from, yOf(here), to - from, 1.5);
    }
    if (far === null) continue;
    context.fillStyle = isBad(far) ? palette.bad : palette.accent;
    for (let x = Math.max(from, 0); x < Math.min(to, width); x += 6) context.fillRect(x, yOf(far) - 0.75, 3, 1.5);
  }
}
