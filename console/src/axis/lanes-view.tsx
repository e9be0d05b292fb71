/** The lanes under their ruler: one canvas, the labels beside it, the cursor over it, and the card of what one points at. */
import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { cursorMs, selected } from '../call/cursor.ts';
import { printOffset } from '../text/measures.ts';
import type { AxisState } from './axis-state.ts';
import { drawLanes } from './draw-lanes.ts';
import { fitCanvas } from './fit-canvas.ts';
import { ItemCard } from './item-card.tsx';
import { onThemeChange, type Palette, readPalette } from './palette.ts';
import { PointerMoves } from './pointer-moves.ts';
import type { Item } from './timeline.ts';

const rulerPx = 26;

interface Parts {
  readonly state: AxisState;
  readonly isSelected: (item: Item) => boolean;
}

export function LanesView({ state, isSelected }: Parts) {
  const outer = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = useRef<Palette | undefined>(undefined);
  const frame = useRef(0);

  const draw = (): void => {
    frame.current = 0;
    const { current: at } = canvas;
    const width = state.width.peek();
    if (at === null || width <= 0) return;
    const lanes = state.lanes.peek();
    palette.current ??= readPalette(at.parentElement ?? document.body);
    drawLanes({
      context: fitCanvas(at, width, rulerPx + lanes.height),
      palette: palette.current,
      timeline: state.timeline.peek(),
      view: state.view.peek(),
      width,
      lanes,
      rulerPx,
      waves: state.waves.peek(),
      isSelected,
      active: state.active.peek(),
    });
  };
  // However much changes at once, it is drawn once in a frame.
  const drawSoon = (): void => {
    if (frame.current === 0) frame.current = requestAnimationFrame(draw);
  };
  useSignalEffect(() => {
    for (const what of [state.timeline, state.view, state.width, state.waves, state.active, state.lanes, selected]) {
      void what.value;
    }
    drawSoon();
  });
  useEffect(() => {
    const measure = new ResizeObserver(() => {
      state.outerWidth.value = outer.current?.clientWidth ?? 0;
      state.width.value = picture.current?.clientWidth ?? 0;
      drawSoon();
    });
    if (outer.current !== null) measure.observe(outer.current);
    if (picture.current !== null) measure.observe(picture.current);
    const stopTheme = onThemeChange(() => {
      palette.current = undefined;
      drawSoon();
    });
    const moves = new PointerMoves(state, rulerPx);
    const stopMoves = picture.current === null ? undefined : moves.follow(picture.current);
    return () => {
      measure.disconnect();
      stopTheme();
      stopMoves?.();
      cancelAnimationFrame(frame.current);
    };
  }, [state]);

  return (
    <div class={`axis-lanes${state.isNarrow.value ? ' is-narrow' : ''}`} ref={outer}>
      <Labels state={state} />
      <div class="axis-picture" ref={picture}>
        <canvas ref={canvas} />
        <Focus state={state} />
        <Cursor state={state} />
        <ItemCard state={state} rulerPx={rulerPx} />
      </div>
    </div>
  );
}

function Labels({ state }: { readonly state: AxisState }) {
  const { boxes } = state.lanes.value;
  const above = state.labelPx.value;
  return (
    <div class="axis-labels" aria-hidden="true">
      {boxes.map(({ label, note, isNoteBad, top, height }) => (
        <div
          class="axis-label"
          key={label}
          style={{ top: `${rulerPx + top - above}px`, height: `${above === 0 ? height : above}px` }}
        >
          <span>{label}</span>
          {note === undefined ? null : <span class={`axis-note${isNoteBad === true ? ' is-bad' : ''}`}>{note}</span>}
        </div>
      ))}
    </div>
  );
}

function Cursor({ state }: { readonly state: AxisState }) {
  const at = cursorMs.value;
  const { fromMs, toMs } = state.view.value;
  if (at === undefined || at < fromMs || at > toMs) return null;
  const x = state.xOf(at);
  const isRight = x > state.width.value - 64;
  return (
    <div class="axis-cursor" style={{ transform: `translateX(${x}px)` }} aria-hidden="true">
      <span class={isRight ? 'is-left' : undefined}>{printOffset(at)}</span>
    </div>
  );
}

const help =
  'Arrow keys move the cursor, Tab goes to the next thing in sight, Enter opens it, plus and minus zoom, 0 shows the whole call, ' +
  'p plays the recording, Escape leaves. The same stands in the table.';

/** What has the focus for the whole picture: a list of which only the thing that the keyboard has come to is there. */
function Focus({ state }: { readonly state: AxisState }) {
  const item = state.active.value;
  const name =
    item === undefined
      ? `Nothing is pointed at; the cursor stands at ${printOffset(cursorMs.value ?? 0)}`
      : `${item.title}, at ${printOffset(item.fromMs)}${item.facts.map(([name, value]) => `, ${name} ${value}`).join('')}`;
  return (
    <div
      class="axis-focus"
      role="listbox"
      tabIndex={0}
      aria-label="The call in time"
      aria-description={help}
      aria-activedescendant="axis-active"
      onKeyDown={(key) => {
        if (onKey(state, key)) key.preventDefault();
      }}
      onBlur={() => {
        if (state.activeBy.value === 'keyboard') state.active.value = undefined;
      }}
    >
      <div class="unseen" role="option" id="axis-active" aria-selected={item !== undefined}>
        {name}
      </div>
    </div>
  );
}

/** Whether it was a key of the axis. */
function onKey(state: AxisState, { key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return false;
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowRight':
      state.stepCursor((key === 'ArrowLeft' ? -1 : 1) * (shiftKey ? 0.1 : 0.01));
      return true;
    case 'Home':
    case 'End': {
      const { whole, endMs } = state.timeline.value;
      state.moveCursor(key === 'Home' ? 0 : (endMs ?? whole.toMs));
      return true;
    }
    case '+':
    case '=':
      state.zoom(1 / 1.6);
      return true;
    case '-':
      state.zoom(1.6);
      return true;
    case '0':
      state.fit();
      return true;
    case 'p':
      state.togglePlay();
      return true;
    case 'Tab':
      return state.stepItem(shiftKey ? -1 : 1);
    case 'Escape':
      state.leave();
      return true;
    case 'Enter':
    case ' ':
      if (state.active.value !== undefined) state.choose(state.active.value);
      return true;
    default:
      return false;
  }
}
