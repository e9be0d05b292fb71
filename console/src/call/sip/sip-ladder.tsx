/** The SIP messages of a call as arrows between the gateway and its peers; only the rows in sight are drawn. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import type { SipTrace } from '../../../../src/client/index.ts';
import { printLength, printOffset } from '../../text/measures.ts';
import type { CallData } from '../call-data.ts';
import { cursorMs, select, selected } from '../cursor.ts';
import { instantsOf } from '../instants.ts';
import { isPrinting } from '../media.ts';
import { type Ladder, type LadderPeer, type LadderRow, ladderOf, rowAt, rowOf } from './ladder.ts';
import { SipMessage } from './sip-message.tsx';
import './ladder.css';

const rowPx = 44;
/** Drawn above and below what is in sight, so that no gap is seen while scrolling. */
const spareRows = 8;
/** Of the height that is not known yet. */
const usualHeightPx = 480;

export function SipLadder({ data }: { readonly data: CallData }) {
  const { sipTrace } = data;
  if (sipTrace === undefined || sipTrace.messages.length === 0) {
    return <p class="panel-empty">No SIP messages are kept of this call.</p>;
  }
  return <LadderOf key={sipTrace.messages.length} data={data} trace={sipTrace} />;
}

function LadderOf({ data, trace }: { readonly data: CallData; readonly trace: SipTrace }) {
  const ladder = useMemo(() => ladderOf(trace, instantsOf(data).ofTime), [trace, data.record]);
  const shown = chosenRow(ladder.rows);
  const row = ladder.rows[shown];
  const message = row && trace.messages[row.index];
  return (
    <div class="ladder">
      <div class="ladder-figure">
        <Heads peers={ladder.peers} here={trace.messages[0]?.local ?? ''} />
        <Rows ladder={ladder} shown={shown} />
        {trace.droppedMessages === 0 ? null : (
          <p class="ladder-note">
            {trace.droppedMessages} more {trace.droppedMessages === 1 ? 'message was' : 'messages were'} not kept: a
            trace ends after 200 messages or 128 KiB.
          </p>
        )}
      </div>
      {row === undefined || message === undefined ? (
        <p class="ladder-hint">Choose a message to read it. The arrow keys go from one to the next.</p>
      ) : (
        <SipMessage row={row} message={message} peer={ladder.peers[row.peer]?.name ?? message.peer} />
      )}
    </div>
  );
}

function chosenRow(rows: readonly LadderRow[]): number {
  const chosen = selected.value;
  return chosen?.kind === 'sip' ? rowOf(rows, chosen.index) : -1;
}

function Heads({ peers, here }: { readonly peers: readonly LadderPeer[]; readonly here: string }) {
  return (
    <div class="ladder-heads">
      <span class="ladder-head-time">Time</span>
      <div class="ladder-lanes">
        <Head at={0} of={peers.length} name="Gateway" note={here} />
        {peers.map((peer, index) => (
          <Head key={peer.name} at={index + 1} of={peers.length} name={peer.name} note={peer.transports} />
        ))}
      </div>
    </div>
  );
}

function Head({
  at,
  of,
  name,
  note,
}: {
  readonly at: number;
  readonly of: number;
  readonly name: string;
  readonly note: string;
}) {
  return (
    <span class="ladder-head" style={{ left: `${lanePercent(at, of)}%`, width: `${2 * edgePercent(of)}%` }}>
      <bdi>{name}</bdi>
      <bdi class="ladder-head-note">{note}</bdi>
    </span>
  );
}

/** Half a column: the lines of the outer ones stand so far from the edge. */
function edgePercent(peers: number): number {
  return Math.min(20, 50 / (peers + 1));
}

/** The line of a column, in percent. The first one is the gateway. */
function lanePercent(column: number, peers: number): number {
  const edge = edgePercent(peers);
  return edge + (column * (100 - 2 * edge)) / Math.max(1, peers);
}

function Rows({ ladder: { rows, peers }, shown }: { readonly ladder: Ladder; readonly shown: number }) {
  const box = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(usualHeightPx);
  const reveal = (index: number): void => {
    const element = box.current;
    if (element === null || index < 0) return;
    const from = index * rowPx;
    if (from < element.scrollTop) element.scrollTop = from;
    else if (from + rowPx > element.scrollTop + element.clientHeight) {
      element.scrollTop = from + rowPx - element.clientHeight;
    }
  };
  // Whoever moves the cursor or chooses a message, its row comes into sight.
  useSignalEffect(() => {
    const chosen = chosenRow(rows);
    const atMs = cursorMs.value;
    reveal(chosen >= 0 ? chosen : atMs === undefined ? -1 : rowAt(rows, atMs));
  });
  const choose = (index: number): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row !== undefined) select({ kind: 'sip', index: row.index }, row.atMs);
  };
  const onKeyDown = (press: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(height.value / rowPx) - 1);
    const to = keyTarget(press.key, shown, rows.length, page);
    if (to === undefined) return;
    press.preventDefault();
    choose(to);
  };
  const first = isPrinting.value ? 0 : Math.max(0, Math.floor(top.value / rowPx) - spareRows);
  const count = isPrinting.value ? rows.length : Math.ceil(height.value / rowPx) + 2 * spareRows;
  // The cursor moves with every picture of a playback; the rows are drawn anew only when another one is reached.
  const now = useComputed(() => (cursorMs.value === undefined ? -1 : rowAt(rows, cursorMs.value))).value;
  return (
    <div
      ref={box}
      class="ladder-rows"
      role="listbox"
      aria-label="SIP messages"
      tabIndex={0}
      aria-activedescendant={shown < 0 ? undefined : `ladder-row-${shown}`}
      onKeyDown={onKeyDown}
      onScroll={(scroll) => {
        top.value = scroll.currentTarget.scrollTop;
        height.value = scroll.currentTarget.clientHeight;
      }}
    >
      <div class="ladder-canvas" role="presentation" style={{ height: `${rows.length * rowPx}px` }}>
        <div class="ladder-lanes is-lines" aria-hidden="true">
          {[0, ...peers.map((_peer, index) => index + 1)].map((column) => (
            <i key={column} class="ladder-line" style={{ left: `${lanePercent(column, peers.length)}%` }} />
          ))}
        </div>
        {rows.slice(first, first + count).map((row, offset) => {
          const index = first + offset;
          return (
            <Row
              key={row.index}
              row={row}
              place={{ index, of: rows.length, peers: peers.length, peerName: peers[row.peer]?.name ?? '' }}
              isShown={index === shown}
              isNow={index === now}
              onChoose={() => {
                choose(index);
              }}
            />
          );
        })}
      </div>
    </div>
  );
}

function keyTarget(key: string, at: number, count: number, page: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return at + 1;
    case 'ArrowUp':
      return at < 0 ? count - 1 : at - 1;
    case 'PageDown':
      return at + page;
    case 'PageUp':
      return at - page;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    case 'Enter':
    case ' ':
      return at < 0 ? 0 : at;
    default:
      return undefined;
  }
}

interface RowProps {
  readonly row: LadderRow;
  readonly place: { readonly index: number; readonly of: number; readonly peers: number; readonly peerName: string };
  readonly isShown: boolean;
  readonly isNow: boolean;
  readonly onChoose: () => void;
}

function Row({ row, place, isShown, isNow, onChoose }: RowProps) {
  const left = lanePercent(0, place.peers);
  const right = lanePercent(row.peer + 1, place.peers);
  const repeats = row.repeatsMs.length;
  const delta = row.deltaMs === undefined ? undefined : `+${printLength(row.deltaMs)}`;
  const way = row.isSent ? `to ${place.peerName}` : `from ${place.peerName}`;
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the keys are those of the list
    <div
      id={`ladder-row-${place.index}`}
      class={`ladder-row is-${row.kind}${isShown ? ' is-shown' : ''}${isNow ? ' is-now' : ''}`}
      role="option"
      aria-selected={isShown}
      aria-setsize={place.of}
      aria-posinset={place.index + 1}
      style={{ top: `${place.index * rowPx}px` }}
      onClick={onChoose}
    >
      <span class="ladder-time">
        {printOffset(row.atMs)}
        {delta === undefined ? null : <span class="ladder-delta">{delta}</span>}
      </span>
      <span class="ladder-lanes">
        <span
          class={`ladder-arrow${row.isSent ? ' is-sent' : ''}`}
          style={{ left: `${left}%`, width: `${right - left}%` }}
        >
          <span class="ladder-label">
            <bdi class="ladder-method">{row.label}</bdi>
            <span class="unseen"> {way}</span>
            {repeats === 0 ? null : (
              <span class="ladder-repeats" title={`Seen again at ${row.repeatsMs.map(printOffset).join(', ')}`}>
                <span aria-hidden="true">×{repeats + 1}</span>
                <span class="unseen">, repeated {repeats} times</span>
              </span>
            )}
            {row.detail === '' ? null : <bdi class="ladder-detail">{row.detail}</bdi>}
          </span>
        </span>
      </span>
    </div>
  );
}
