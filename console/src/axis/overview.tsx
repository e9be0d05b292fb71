/** The whole call in a strip, with a window over what is in sight: drag the window, its edges, or draw a new one. */
import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { AxisState } from './axis-state.ts';
import { fitCanvas } from './fit-canvas.ts';
import { onThemeChange, readPalette } from './palette.ts';
import { peakBetween } from './peaks.ts';
import { msAt, spanOf, type TimeView, xOf } from './time-view.ts';

const heightPx = 32;
const edgePx = 8;

type Drag = 'window' | 'from' | 'to' | 'new';

export function Overview({ state }: { readonly state: AxisState }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drag = useRef<{ readonly what: Drag; readonly atMs: number; readonly view: TimeView } | undefined>(undefined);
  const draw = (): void => drawOverview(canvas.current, state);
  useSignalEffect(draw);
  useEffect(() => onThemeChange(draw), []);
  const msOf = (pointer: PointerEvent): number => {
    const { left, width } = (pointer.currentTarget as Element).getBoundingClientRect();
    return msAt(state.timeline.value.whole, width, pointer.clientX - left);
  };
  const begin = (pointer: PointerEvent): void => {
    const place = pointer.currentTarget as HTMLElement;
    place.setPointerCapture(pointer.pointerId);
    const { whole } = state.timeline.value;
    const view = state.view.value;
    const width = place.clientWidth;
    const x = xOf(whole, width, msOf(pointer));
    const [from, to] = [xOf(whole, width, view.fromMs), xOf(whole, width, view.toMs)];
    const isWhole = spanOf(view) >= spanOf(whole);
    const what: Drag = isWhole
      ? 'new'
      : Math.abs(x - from) <= edgePx
        ? 'from'
        : Math.abs(x - to) <= edgePx
          ? 'to'
          : x > from && x < to
            ? 'window'
            : 'new';
    drag.current = { what, atMs: msOf(pointer), view };
  };
  const move = (pointer: PointerEvent): void => {
    if (drag.current === undefined) return;
    const { what, atMs, view } = drag.current;
    const now = msOf(pointer);
    const ends: Readonly<Record<Drag, readonly [number, number]>> = {
      window: [view.fromMs + now - atMs, view.toMs + now - atMs],
      from: [now, view.toMs],
      to: [view.fromMs, now],
      new: [atMs, now],
    };
    const [a, b] = ends[what];
    if (what === 'new' && Math.abs(now - atMs) < spanOf(state.timeline.value.whole) / 200) return;
    state.look({ fromMs: Math.min(a, b), toMs: Math.max(a, b) });
  };
  const end = (pointer: PointerEvent): void => {
    const began = drag.current;
    drag.current = undefined;
    const now = msOf(pointer);
    const isClick = began?.what === 'new' && Math.abs(now - began.atMs) < spanOf(state.timeline.value.whole) / 200;
    if (!isClick) return;
    const half = spanOf(state.view.value) / 2;
    state.look({ fromMs: now - half, toMs: now + half });
  };
  return (
    <div
      class={`axis-overview${state.isNarrow.value ? ' is-narrow' : ''}`}
      aria-hidden="true"
      onPointerDown={begin}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={() => (drag.current = undefined)}
      onWheel={(wheel) => {
        wheel.preventDefault();
        state.zoom(Math.exp(wheel.deltaY / 400));
      }}
    >
      <canvas ref={canvas} />
      <Window state={state} />
    </div>
  );
}

function Window({ state }: { readonly state: AxisState }) {
  const { whole } = state.timeline.value;
  const { fromMs, toMs } = state.view.value;
  const from = xOf(whole, 100, fromMs);
  return <div class="axis-window" style={{ left: `${from}%`, width: `${xOf(whole, 100, toMs) - from}%` }} />;
}

function drawOverview(canvas: HTMLCanvasElement | null, state: AxisState): void {
  const { whole, byLane } = state.timeline.value;
  const width = state.width.value;
  const waves = state.waves.value;
  if (canvas === null || width <= 0) return;
  const context = fitCanvas(canvas, width, heightPx);
  const palette = readPalette(canvas.parentElement ?? document.body);
  const middle = heightPx / 2;
  const half = heightPx / 2 - 2;
  for (const { name, isUp } of [
    { name: 'bot-voice', isUp: true },
    { name: 'callee-voice', isUp: false },
  ] as const) {
    context.fillStyle = isUp ? palette.bot : palette.callee;
    const peaks = isUp ? waves?.bot : waves?.callee;
    if (waves !== undefined && peaks !== undefined) {
      const msPerPx = spanOf(whole) / width;
      for (let x = 0; x < width; x++) {
        const peak = peakBetween(peaks, x * msPerPx - waves.offsetMs, (x + 1) * msPerPx - waves.offsetMs);
        const high = peak === undefined ? 0 : Math.min(half, Math.max(peak[1], -peak[0]) * waves.gain * half);
        if (high > 0) context.fillRect(x, isUp ? middle - high : middle, 1, high);
      }
      continue;
    }
    for (const { fromMs, toMs, shape } of byLane.get(name) ?? []) {
      if (shape !== 'words') continue;
      const x = xOf(whole, width, fromMs);
      context.fillRect(x, isUp ? middle - half / 2 : middle, Math.max(1, xOf(whole, width, toMs) - x), half / 2);
    }
  }
  context.fillStyle = palette.warn;
  for (const { fromMs, shape } of byLane.get('bot-voice') ?? []) {
    if (shape === 'flag') context.fillRect(xOf(whole, width, fromMs) - 1, 0, 2, heightPx);
  }
}
