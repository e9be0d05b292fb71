/** Above the axis: playing, zooming, and the same as a table. */
import type { Signal } from '@preact/signals';
import { cursorMs } from '../call/cursor.ts';
import { printOffset } from '../text/measures.ts';
import type { AxisState } from './axis-state.ts';
import { type PlayedSide, type Player, rates } from './player.ts';

export function AxisTools({ state, isTable }: { readonly state: AxisState; readonly isTable: Signal<boolean> }) {
  const { timeline, player } = state;
  const { endMs, whole } = timeline.value;
  return (
    <div class="axis-tools" role="group" aria-label="Tools of the time axis">
      {player.value === undefined ? null : <PlayerTools state={state} player={player.value} />}
      <span class="axis-clock">
        <Clock /> <span class="axis-of">of {printOffset(endMs ?? whole.toMs)}</span>
        {endMs === undefined ? <span class="axis-live">running</span> : null}
      </span>
      <span class="axis-gap" />
      {isTable.value ? null : (
        <span class="axis-zoom">
          <button type="button" onClick={() => state.zoom(1 / 1.6)} aria-label="Zoom in" title="Zoom in (+)">
            +
          </button>
          <button type="button" onClick={() => state.zoom(1.6)} aria-label="Zoom out" title="Zoom out (−)">
            −
          </button>
          <button type="button" onClick={() => state.fit()} title="Show the whole call (0)">
            Fit
          </button>
        </span>
      )}
      <button type="button" aria-pressed={isTable.value} onClick={() => (isTable.value = !isTable.value)}>
        As a table
      </button>
    </div>
  );
}

function Clock() {
  const at = cursorMs.value;
  return <output class="axis-now">{at === undefined ? '–:––' : printOffset(at)}</output>;
}

const sides: readonly { readonly side: PlayedSide; readonly name: string }[] = [
  { side: 'both', name: 'both sides' },
  { side: 'bot', name: 'the bot' },
  { side: 'callee', name: 'the callee' },
];

function PlayerTools({ state, player }: { readonly state: AxisState; readonly player: Player }) {
  const isPlaying = player.isPlaying.value;
  const isStereo = state.waves.value?.callee !== undefined;
  return (
    <>
      <button type="button" class="axis-play" onClick={() => state.togglePlay()} title="Play or pause (p)">
        <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
          {isPlaying ? <path d="M2 1h3v10H2zM7 1h3v10H7z" /> : <path d="M2 1l9 5-9 5z" />}
        </svg>
        {isPlaying ? 'Pause' : 'Play'}
      </button>
      <select
        aria-label="Speed"
        value={player.rate.value}
        onChange={({ currentTarget }) => player.setRate(Number(currentTarget.value))}
      >
        {rates.map((rate) => (
          <option key={rate} value={rate}>
            {rate}×
          </option>
        ))}
      </select>
      {isStereo ? (
        <select
          aria-label="What is played"
          value={player.side.value}
          onChange={({ currentTarget }) => player.setSide(sides[currentTarget.selectedIndex]?.side ?? 'both')}
        >
          {sides.map(({ side, name }) => (
            <option key={side} value={side}>
              {name}
            </option>
          ))}
        </select>
      ) : null}
    </>
  );
}
