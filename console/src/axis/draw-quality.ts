/** A measurement of the audio as a small area: filled what was heard here, a line what the far end reported. */
import { fontPx, type Picture } from './picture.ts';
import type { LaneBox } from './lane-boxes.ts';
import type { QualityPoint, QualitySeries } from './lanes/quality.ts';
import { xOf } from './time-view.ts';

export function drawQuality(picture: Picture, box: LaneBox, series: QualitySeries): void {
  const { context, palette, view, width } = picture;
  const { points, least, most, isWorstBad } = series;
  const bottom = box.top + box.height;
  const yOf = (value: number): number => bottom - ((value - least) / (most - least)) * (box.height - 2) - 1;
  const inSight = points.filter(({ fromMs, toMs }) => toMs >= view.fromMs && fromMs <= view.toMs);
  context.fillStyle = palette.line;
  context.fillRect(0, bottom, width, 1);
  const each = (
    read: (point: QualityPoint) => number | null,
    draw: (from: number, to: number, y: number) => void,
  ): void => {
    for (const point of inSight) {
      const value = read(point);
      if (value !== null) draw(xOf(view, width, point.fromMs), xOf(view, width, point.toMs), yOf(value));
    }
  };
  context.fillStyle = isWorstBad ? palette.bad : palette.gateway;
  each(
    ({ here }) => here,
    (from, to, y) => {
      context.globalAlpha = 0.25;
      context.fillRect(from, y, to - from, bottom - y);
      context.globalAlpha = 1;
      context.fillRect(from, y, to - from, 1.5);
    },
  );
  context.fillStyle = palette.accent;
  each(
    ({ far }) => far,
    (from, to, y) => {
      for (let x = from; x < to; x += 6) context.fillRect(x, y - 0.75, Math.min(3, to - x), 1.5);
    },
  );
  context.fillStyle = palette.soft;
  context.font = `${fontPx - 2}px ${palette.font}`;
  context.fillText(String(Math.round(most * 10) / 10), 2, box.top + 5);
  context.font = `${fontPx}px ${palette.font}`;
}
