/** Mouse, pen and fingers on the picture: a click chooses, a drag moves, wheel and pinch zoom. */
import type { AxisState } from './axis-state.ts';
import { spanOf, type TimeView, zoomView } from './time-view.ts';

/** Farther than this it is a drag and no click. */
const dragPx = 4;

interface Press {
  readonly x: number;
  readonly y: number;
}

export class PointerMoves {
  readonly #state: AxisState;
  readonly #rulerPx: number;
  readonly #pressed = new Map<number, Press>();
  #start: { readonly view: TimeView; readonly x: number; readonly gapPx: number } | undefined;
  #isDrag = false;

  constructor(state: AxisState, rulerPx: number) {
    this.#state = state;
    this.#rulerPx = rulerPx;
  }

  /** Returns how to stop it. */
  follow(place: HTMLElement): () => void {
    const off = new AbortController();
    const { signal } = off;
    place.addEventListener('pointerdown', (pointer) => this.#onDown(place, pointer), { signal });
    place.addEventListener('pointermove', (pointer) => this.#onMove(place, pointer), { signal });
    place.addEventListener('pointerup', (pointer) => this.#onUp(place, pointer), { signal });
    place.addEventListener('pointercancel', ({ pointerId }) => this.#pressed.delete(pointerId), { signal });
    place.addEventListener('pointerleave', () => this.#state.pointAt(undefined), { signal });
    place.addEventListener('wheel', (wheel) => this.#onWheel(place, wheel), { signal, passive: false });
    return () => off.abort();
  }

  #pointOf(place: HTMLElement, pointer: MouseEvent): Press {
    const { left, top } = place.getBoundingClientRect();
    return { x: pointer.clientX - left, y: pointer.clientY - top };
  }

  #onDown(place: HTMLElement, pointer: PointerEvent): void {
    if (pointer.button !== 0) return;
    this.#pressed.set(pointer.pointerId, this.#pointOf(place, pointer));
    this.#isDrag = false;
    this.#begin();
  }

  /** From here a drag or a pinch is measured, anew with each finger that comes or goes. */
  #begin(): void {
    const [a, b] = this.#pressed.values();
    if (a === undefined) this.#start = undefined;
    else {
      const x = b === undefined ? a.x : (a.x + b.x) / 2;
      this.#start = { view: this.#state.view.value, x, gapPx: b === undefined ? 0 : Math.abs(a.x - b.x) };
    }
  }

  #onMove(place: HTMLElement, pointer: PointerEvent): void {
    const point = this.#pointOf(place, pointer);
    const before = this.#pressed.get(pointer.pointerId);
    if (before === undefined || this.#start === undefined) {
      if (pointer.pointerType !== 'touch') this.#state.pointAt({ x: point.x, y: point.y - this.#rulerPx });
      return;
    }
    if (!this.#isDrag && this.#pressed.size === 1 && Math.abs(point.x - this.#start.x) < dragPx) return;
    if (!this.#isDrag) {
      this.#isDrag = true;
      place.setPointerCapture(pointer.pointerId);
      this.#state.pointAt(undefined);
    }
    this.#pressed.set(pointer.pointerId, point);
    const [a, b] = this.#pressed.values();
    if (a === undefined) return;
    const { view, x: startX, gapPx } = this.#start;
    const width = Math.max(1, this.#state.width.value);
    const x = b === undefined ? a.x : (a.x + b.x) / 2;
    const msPerPx = spanOf(view) / width;
    const { whole } = this.#state.timeline.value;
    const anchorMs = view.fromMs + startX * msPerPx;
    const factor = b === undefined || gapPx < 1 ? 1 : gapPx / Math.max(1, Math.abs(a.x - b.x));
    const zoomed = zoomView(view, factor, anchorMs, whole);
    const byMs = (startX - x) * (spanOf(zoomed) / width);
    this.#state.look({ fromMs: zoomed.fromMs + byMs, toMs: zoomed.toMs + byMs });
  }

  #onUp(place: HTMLElement, pointer: PointerEvent): void {
    if (!this.#pressed.delete(pointer.pointerId)) return;
    this.#begin();
    if (this.#isDrag) return;
    const { x, y } = this.#pointOf(place, pointer);
    this.#state.pointAt({ x, y: y - this.#rulerPx });
    const item = this.#state.active.value;
    if (item === undefined || item.what === undefined) this.#state.moveCursor(this.#state.msAt(x));
    else this.#state.choose(item);
  }

  #onWheel(place: HTMLElement, wheel: WheelEvent): void {
    const { x, y } = this.#pointOf(place, wheel);
    const isZoom =
      wheel.ctrlKey || wheel.metaKey || (y < this.#rulerPx && Math.abs(wheel.deltaY) > Math.abs(wheel.deltaX));
    const acrossPx = wheel.shiftKey && wheel.deltaX === 0 ? wheel.deltaY : wheel.deltaX;
    if (isZoom) this.#state.zoom(Math.exp(wheel.deltaY / (wheel.ctrlKey ? 150 : 400)), this.#state.msAt(x));
    else if (Math.abs(acrossPx) > Math.abs(wheel.shiftKey ? 0 : wheel.deltaY)) {
      this.#state.pan((acrossPx / Math.max(1, this.#state.width.value)) * spanOf(this.#state.view.value));
    } else return;
    wheel.preventDefault();
  }
}
