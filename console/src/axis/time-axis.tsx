/** One time axis for everything of a call: states, both voices, waits, bot, SIP, webhooks, events and the quality of the audio. */
import './axis.css';
import { untracked, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { CallData } from '../call/call-data.ts';
import { cursorMs, isSelected, selected } from '../call/cursor.ts';
import { AxisState } from './axis-state.ts';
import { AxisTools } from './axis-tools.tsx';
import { ItemTable } from './item-table.tsx';
import { LanesView } from './lanes-view.tsx';
import { Overview } from './overview.tsx';
import { runningClock } from './running-clock.ts';
import { TurnWaterfall } from './turn-waterfall.tsx';
import type { Waterfall } from './waterfall.ts';

/** A running call grows this often; with thousands of events less often. */
const growMs = 250;
const growSlowlyMs = 1000;
const manyEvents = 1000;

export function TimeAxis({ data }: { readonly data: CallData }) {
  const state = useMemo(() => new AxisState(), []);
  const clock = useMemo(() => runningClock(() => Date.now()), []);
  const isTableSeen = useSignal(false);
  useEffect(() => () => state.close(), [state]);
  useEffect(() => {
    const grow = (): void => state.show(data, clock(data));
    grow();
    if (state.timeline.value.endMs !== undefined) return undefined;
    const timer = setInterval(grow, data.events.length > manyEvents ? growSlowlyMs : growMs);
    return () => clearInterval(timer);
  }, [data, state, clock]);
  useSignalEffect(() => {
    const at = cursorMs.value;
    if (at === undefined) return;
    untracked(() => state.reveal(at));
    // Whoever moves the cursor while it plays moves the playing, too.
    const player = state.player.peek();
    if (player?.isPlaying.peek() === true && Math.abs(at - player.atMs) > 200) player.seek(at);
  });
  const { waterfalls, medians } = state.timeline.value;
  const openTurn = (): Waterfall | undefined => {
    const chosen = selected.value;
    return chosen?.kind === 'turn'
      ? state.timeline.value.waterfalls.find(({ turn }) => turn === chosen.index)
      : undefined;
  };
  const openIndex = useComputed(() => openTurn()?.turn);
  useSignalEffect(() => {
    if (openIndex.value === undefined) return;
    const stretch = untracked(openTurn);
    if (stretch !== undefined) untracked(() => state.revealStretch(stretch));
  });
  return (
    <section class="axis" aria-label="Time axis">
      <AxisTools state={state} isTable={isTableSeen} />
      {isTableSeen.value ? (
        <ItemTable timeline={state.timeline.value} />
      ) : (
        <>
          <Overview state={state} />
          <LanesView state={state} isSelected={({ what }) => what !== undefined && isSelected(what)} />
        </>
      )}
      <TurnWaterfall open={openTurn()} waterfalls={waterfalls} medians={medians} />
    </section>
  );
}
