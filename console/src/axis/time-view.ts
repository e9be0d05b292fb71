/** Which stretch of a call is seen, and where its instants lie on the screen. Instants are ms after the call was accepted. */

export interface TimeView {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Closer than this nothing is measured. */
const leastSpanMs = 50;

export function spanOf({ fromMs, toMs }: TimeView): number {
  return toMs - fromMs;
}

export function xOf(view: TimeView, width: number, atMs: number): number {
  return ((atMs - view.fromMs) / spanOf(view)) * width;
}

export function msAt(view: TimeView, width: number, x: number): number {
  return width <= 0 ? view.fromMs : view.fromMs + (x / width) * spanOf(view);
}

/** Keeps a view inside the call, and its span as far as there is room. */
export function clampView({ fromMs, toMs }: TimeView, whole: TimeView): TimeView {
  const span = Math.min(Math.max(toMs - fromMs, leastSpanMs), Math.max(spanOf(whole), leastSpanMs));
  const from = Math.max(whole.fromMs, Math.min(fromMs, whole.toMs - span));
  return { fromMs: from, toMs: from + span };
}

/** `factor` above 1 shows more time; what stands at `anchorMs` stays where it is. */
export function zoomView(view: TimeView, factor: number, anchorMs: number, whole: TimeView): TimeView {
  const span = Math.min(Math.max(spanOf(view) * factor, leastSpanMs), Math.max(spanOf(whole), leastSpanMs));
  const share = (anchorMs - view.fromMs) / spanOf(view);
  const fromMs = anchorMs - share * span;
  return clampView({ fromMs, toMs: fromMs + span }, whole);
}

export function panView(view: TimeView, byMs: number, whole: TimeView): TimeView {
  return clampView({ fromMs: view.fromMs + byMs, toMs: view.toMs + byMs }, whole);
}

/** The least move that brings an instant into sight, with some room beside it. */
export function revealInView(view: TimeView, atMs: number, whole: TimeView): TimeView {
  const room = spanOf(view) / 10;
  if (atMs < view.fromMs) return panView(view, atMs - room - view.fromMs, whole);
  if (atMs > view.toMs) return panView(view, atMs + room - view.toMs, whole);
  return view;
}

/** The least change that brings a stretch into sight: nothing, a move, or where it is too long, more time. */
export function revealStretch(view: TimeView, stretch: TimeView, whole: TimeView): TimeView {
  if (stretch.fromMs >= view.fromMs && stretch.toMs <= view.toMs) return view;
  const span = Math.max(spanOf(view), spanOf(stretch) * 1.25);
  const middle = (stretch.fromMs + stretch.toMs) / 2;
  return clampView({ fromMs: middle - span / 2, toMs: middle + span / 2 }, whole);
}

/** The same stretch after the call has grown: all of it stays all of it, and its end stays in sight. */
export function followEnd(view: TimeView, before: TimeView, now: TimeView): TimeView {
  const wasWhole = view.fromMs <= before.fromMs && view.toMs >= before.toMs;
  if (wasWhole) return now;
  return view.toMs >= before.toMs ? panView(view, now.toMs - view.toMs, now) : clampView(view, now);
}

export interface RulerTick {
  readonly atMs: number;
  readonly isMajor: boolean;
}

const stepsMs = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 43_200_000, 86_400_000,
] as const;

/** Marks of the ruler; those with a number are at least `leastGapPx` apart. */
export function rulerTicks(
  view: TimeView,
  width: number,
  leastGapPx: number,
): { readonly stepMs: number; readonly ticks: readonly RulerTick[] } {
  if (width <= 0) return { stepMs: 1000, ticks: [] };
  const leastMs = (spanOf(view) / width) * leastGapPx;
  const stepMs = stepsMs.find((step) => step >= leastMs) ?? 86_400_000;
  const minorMs = stepMs % 5 === 0 ? stepMs / 5 : stepMs / 2;
  const ticks: RulerTick[] = [];
  for (let count = Math.ceil(view.fromMs / minorMs); count * minorMs <= view.toMs; count++) {
    const atMs = count * minorMs;
    ticks.push({ atMs, isMajor: Math.abs(Math.round(atMs / stepMs) * stepMs - atMs) < minorMs / 4 });
  }
  return { stepMs, ticks };
}

/** As many decimals of a second as the step needs: `0:07`, `0:07.25`, `1:02:05`. */
export function printTick(atMs: number, stepMs: number): string {
  const decimals = stepMs >= 1000 ? 0 : stepMs >= 100 ? 1 : stepMs >= 10 ? 2 : 3;
  const hours = Math.floor(atMs / 3_600_000);
  const minutes = Math.floor(atMs / 60_000) % 60;
  const seconds = ((atMs % 60_000) / 1000).toFixed(decimals).padStart(decimals === 0 ? 2 : decimals + 3, '0');
  return hours === 0 ? `${minutes}:${seconds}` : `${hours}:${String(minutes).padStart(2, '0')}:${seconds}`;
}
