/** What a picture of the axis is drawn with, and what all its parts draw alike. */
import type { LaneBoxes } from './lane-boxes.ts';
import type { Palette } from './palette.ts';
import type { Peaks } from './peaks.ts';
import type { TimeView } from './time-view.ts';
import type { Item, Timeline } from './timeline.ts';

export interface Picture {
  readonly context: CanvasRenderingContext2D;
  readonly palette: Palette;
  readonly timeline: Timeline;
  readonly view: TimeView;
  /** In CSS pixels. */
  readonly width: number;
  readonly lanes: LaneBoxes;
  readonly rulerPx: number;
  readonly waves: Waves | undefined;
  readonly isSelected: (item: Item) => boolean;
  /** What pointer or keyboard is at. */
  readonly active: Item | undefined;
}

/** The outline of both sides; `callee` is absent of a recording of one channel, whose outline has both in it. */
export interface Waves {
  readonly bot: Peaks;
  readonly callee?: Peaks;
  /** Where the recording begins. */
  readonly offsetMs: number;
  /** So that the loudest voice fills its lane. */
  readonly gain: number;
}

export const fontPx = 11;

/** As much of a text as there is room for. */
export function drawText(picture: Picture, text: string, x: number, y: number, room: number, colour: string): void {
  const { context } = picture;
  if (room < 14) return;
  context.fillStyle = colour;
  // About as many characters as may fit, before the exact measure: texts may be long.
  let shown = text.slice(0, Math.ceil(room / 3));
  if (shown.length < text.length || context.measureText(shown).width > room) {
    while (shown.length > 0 && context.measureText(`${shown}…`).width > room) {
      shown = shown.slice(0, Math.min(shown.length - 1, Math.floor(shown.length * 0.9)));
    }
    if (shown.length < 2) return;
    shown = `${shown}…`;
  }
  context.fillText(shown, x, y);
}

/** Around what is chosen, and what pointer or keyboard is at. */
export function outline(picture: Picture, item: Item, x: number, y: number, width: number, height: number): void {
  const { context, palette, active } = picture;
  const isChosen = picture.isSelected(item);
  if (!isChosen && item !== active) return;
  context.strokeStyle = isChosen ? palette.accent : palette.ink;
  context.lineWidth = isChosen ? 2 : 1;
  context.strokeRect(x - 2, y - 1, width + 4, height + 2);
}
