/** What one time axis shows: the stretch in sight, what pointer or keyboard is at, the recording. */
import { batch, computed, signal } from '@preact/signals';
import type { CallData } from '../call/call-data.ts';
import { cursorMs, select } from '../call/cursor.ts';
import { itemAt, layOutLanes, stepsInView } from './lane-boxes.ts';
import { loadWaves } from './load-waves.ts';
import type { Waves } from './picture.ts';
import { Player } from './player.ts';
import {
  clampView,
  followEnd,
  msAt,
  panView,
  revealInView,
  revealStretch,
  spanOf,
  type TimeView,
  xOf,
  zoomView,
} from './time-view.ts';
import { buildTimeline, type Item, type Timeline } from './timeline.ts';

/** Narrower than this, labels stand above their lanes instead of in a column beside them. */
const narrowPx = 640;
const labelRowPx = 16;

export class AxisState {
  readonly timeline = signal<Timeline>({
    whole: { fromMs: 0, toMs: 1000 },
    endMs: undefined,
    answerMs: undefined,
    recordingMs: 0,
    items: [],
    byLane: new Map(),
    waterfalls: [],
    medians: { waitMs: undefined, parts: new Map() },
    quality: [],
  });
  readonly view = signal<TimeView>({ fromMs: 0, toMs: 1000 });
  /** Of the picture, in CSS pixels. */
  readonly width = signal(0);
  /** Of the whole axis. */
  readonly outerWidth = signal(0);
  readonly waves = signal<Waves | undefined>(undefined);
  readonly player = signal<Player | undefined>(undefined);
  /** What the pointer is over, or the keyboard has come to. */
  readonly active = signal<Item | undefined>(undefined);
  readonly activeBy = signal<'pointer' | 'keyboard'>('pointer');
  readonly isNarrow = computed(() => this.outerWidth.value < narrowPx);
  /** Room above each lane for its label; 0 where labels have a column of their own. */
  readonly labelPx = computed(() => (this.isNarrow.value ? labelRowPx : 0));
  readonly lanes = computed(() => layOutLanes(this.timeline.value, this.labelPx.value));
  #recording: ArrayBuffer | undefined;
  /** After Escape the next Tab goes on behind the axis. */
  #isLeaving = false;
  #loading = new AbortController();

  show(data: CallData, nowMs: number): void {
    const timeline = buildTimeline(data, nowMs);
    const before = this.timeline.value;
    batch(() => {
      this.timeline.value = timeline;
      this.view.value = followEnd(this.view.value, before.whole, timeline.whole);
    });
    if (data.recording !== this.#recording) this.#open(data.recording, timeline.recordingMs);
  }

  close(): void {
    this.#loading.abort();
    this.player.value?.close();
    this.player.value = undefined;
  }

  xOf(atMs: number): number {
    return xOf(this.view.value, this.width.value, atMs);
  }

  msAt(x: number): number {
    return msAt(this.view.value, this.width.value, x);
  }

  /** `factor` above 1 shows more; around the cursor when it is in sight, unless it is told around what. */
  zoom(factor: number, anchorMs?: number): void {
    const view = this.view.value;
    const cursor = cursorMs.value;
    const isCursorSeen = cursor !== undefined && cursor >= view.fromMs && cursor <= view.toMs;
    const anchor = anchorMs ?? (isCursorSeen ? cursor : (view.fromMs + view.toMs) / 2);
    this.view.value = zoomView(view, factor, anchor, this.timeline.value.whole);
  }

  pan(byMs: number): void {
    this.view.value = panView(this.view.value, byMs, this.timeline.value.whole);
  }

  look(view: TimeView): void {
    this.view.value = clampView(view, this.timeline.value.whole);
  }

  fit(): void {
    this.view.value = this.timeline.value.whole;
  }

  reveal(atMs: number): void {
    this.view.value = revealInView(this.view.value, atMs, this.timeline.value.whole);
  }

  /** What another part of the page has chosen. */
  revealStretch(stretch: TimeView): void {
    this.view.value = revealStretch(this.view.value, stretch, this.timeline.value.whole);
  }

  /** By the user: playback goes on from there. */
  moveCursor(toMs: number): void {
    const { whole } = this.timeline.value;
    cursorMs.value = Math.max(whole.fromMs, Math.min(whole.toMs, toMs));
  }

  stepCursor(byShare: number): void {
    const { fromMs } = this.view.value;
    this.moveCursor((cursorMs.value ?? fromMs) + byShare * spanOf(this.view.value));
    this.reveal(cursorMs.value ?? fromMs);
  }

  pointAt(point: { readonly x: number; readonly y: number } | undefined): void {
    const item =
      point === undefined ? undefined : itemAt(this.timeline.value, this.lanes.value, (atMs) => this.xOf(atMs), point);
    batch(() => {
      this.active.value = item;
      this.activeBy.value = 'pointer';
    });
  }

  choose(item: Item): void {
    select(item.what, item.fromMs);
  }

  /** Lets the keyboard go: Tab would otherwise go through everything in sight first. */
  leave(): void {
    this.active.value = undefined;
    this.#isLeaving = true;
  }

  /** To the next thing in sight, or the one before. False when there is none: the keyboard leaves the axis. */
  stepItem(by: 1 | -1): boolean {
    if (this.#isLeaving) {
      this.#isLeaving = false;
      return false;
    }
    const { view } = this;
    const steps = stepsInView(this.timeline.value, view.value, spanOf(view.value) / Math.max(1, this.width.value));
    const now = this.active.value;
    const at = now === undefined ? (by === 1 ? -1 : steps.length) : steps.indexOf(now);
    const next = steps[at + by];
    batch(() => {
      this.active.value = next;
      this.activeBy.value = 'keyboard';
    });
    return next !== undefined;
  }

  togglePlay(): void {
    const player = this.player.value;
    if (player === undefined) return;
    if (player.isPlaying.value) {
      player.pause();
      return;
    }
    // From the cursor; from the beginning when it stands at the end, or nowhere.
    const cursor = cursorMs.value;
    const { recordingMs } = this.timeline.value;
    player.seek(cursor === undefined || cursor >= player.endMs - 100 ? recordingMs : cursor);
    void player.play();
  }

  #open(recording: ArrayBuffer | undefined, offsetMs: number): void {
    this.#loading.abort();
    this.player.value?.close();
    this.#recording = recording;
    this.player.value = undefined;
    this.waves.value = undefined;
    if (recording === undefined) return;
    this.player.value = new Player(recording, offsetMs, (atMs) => {
      cursorMs.value = atMs;
    });
    this.#loading = new AbortController();
    const { signal } = this.#loading;
    void loadWaves(recording, offsetMs, signal).then((waves) => {
      if (!signal.aborted) this.waves.value = waves;
    });
  }
}
