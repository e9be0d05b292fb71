/** The words of a call: they follow the playback, and a click on them moves it. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { isOver } from '../../calls/call-states.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { printLength, printOffset } from '../../text/measures.ts';
import type { CallData } from '../call-data.ts';
import { cursorMs, select } from '../cursor.ts';
import { markText } from './mark-text.ts';
import { lineAt, printTranscript, speakers, type TranscriptLine, transcriptLines } from './transcript-lines.ts';
import './transcript.css';

export function Transcript({ data }: { readonly data: CallData }) {
  const lines = useMemo(() => transcriptLines(data), [data]);
  const sought = useSignal('');
  const words = sought.value.trim();
  const found = words === '' ? lines : lines.filter(({ text }) => markText(text, words).length > 1);
  const isLive = !isOver(data.call);
  // Who has followed a call to its end is told its last words, too.
  const isLog = useRef(isLive).current;
  if (lines.length === 0) {
    return <p class="panel-empty">{isLive ? 'Nothing has been said so far.' : 'Nothing that was said is kept.'}</p>;
  }
  return (
    <div class="transcript">
      <div class="transcript-tools">
        <label class="transcript-search">
          <span class="unseen">Search what was said</span>
          <input
            type="search"
            placeholder="Search"
            value={sought.value}
            onInput={(input) => {
              sought.value = input.currentTarget.value;
            }}
          />
        </label>
        <span class="transcript-count" role="status">
          {words === '' ? '' : `${found.length} of ${lines.length}`}
        </span>
        <CopyButton what="the transcript" text={() => printTranscript(lines)} />
      </div>
      <div role={isLog ? 'log' : undefined} aria-label={isLog ? 'What is said' : undefined}>
        <Lines lines={found} words={words} isLive={isLive} />
      </div>
    </div>
  );
}

interface LinesProps {
  readonly lines: readonly TranscriptLine[];
  readonly words: string;
  readonly isLive: boolean;
}

function Lines({ lines, words, isLive }: LinesProps) {
  const list = useRef<HTMLOListElement>(null);
  const now = useComputed(() => lineAt(lines, cursorMs.value)?.sequence);
  // Who looks at no place of the call looks at its end.
  const { length } = lines;
  useEffect(() => {
    if (isLive && cursorMs.peek() === undefined && list.current !== null)
      list.current.scrollTop = list.current.scrollHeight;
  }, [length, isLive]);
  // Marked in place: the cursor moves with every picture, and drawing thousands of lines anew would hold it up.
  const mark = (sequence: number | undefined): Element | null | undefined => {
    list.current?.querySelector('.is-now')?.classList.remove('is-now');
    const element = list.current?.querySelector(`[data-sequence="${sequence}"]`);
    element?.classList.add('is-now');
    return element;
  };
  useEffect(() => {
    mark(now.peek());
  }, [lines]);
  useSignalEffect(() => {
    const element = mark(now.value);
    const box = list.current;
    if (!(element instanceof HTMLElement) || box === null) return;
    // Only the list scrolls: the page stays where its reader has put it.
    const above = element.offsetTop - box.scrollTop;
    if (above < 0 || above + element.offsetHeight > box.clientHeight) {
      box.scrollTop = element.offsetTop - box.clientHeight / 3;
    }
  });
  return (
    <ol ref={list} class="transcript-lines" aria-label="What was said">
      {lines.map((line) => (
        <Line key={line.sequence} line={line} words={words} />
      ))}
    </ol>
  );
}

interface LineProps {
  readonly line: TranscriptLine;
  readonly words: string;
}

function Line({ line, words }: LineProps) {
  const { who, kind, waitMs, sequence, turn, atMs } = line;
  const choose = (): void => {
    select(turn === undefined ? { kind: 'event', sequence } : { kind: 'turn', index: turn }, atMs);
  };
  return (
    <li class={`transcript-line is-${who} is-${kind}`} data-sequence={sequence}>
      {waitMs === undefined ? null : (
        <p class="transcript-wait">
          <span aria-hidden="true">⋯ </span>
          waited {printLength(waitMs)}
        </p>
      )}
      <div class="transcript-entry">
        <button type="button" class="transcript-time" onClick={choose} title="Go there">
          <span class="unseen">Go to </span>
          {printOffset(atMs)}
        </button>
        <span class={`who is-${who}`}>{speakers[who]}</span>
        <p class="transcript-text">
          <Words line={line} words={words} />
        </p>
        <Confidence line={line} />
      </div>
    </li>
  );
}

function Words({ line, words }: { readonly line: TranscriptLine; readonly words: string }) {
  const { kind, text, heardLength, isUnspoken } = line;
  if (kind === 'failure') return <span class="transcript-failure">No answer: {text}</span>;
  const whole = heardLength === undefined || heardLength >= text.length;
  const heard = whole ? text : text.slice(0, heardLength);
  return (
    <>
      {kind === 'keys' ? <span class="transcript-badge">keys</span> : null}
      {kind === 'message' || kind === 'command' ? <span class="transcript-badge">{kind}</span> : null}
      {isUnspoken === true ? <span class="transcript-badge">not spoken</span> : null}
      <Marked text={heard} words={words} />
      {whole ? null : (
        <>
          <s class="transcript-unheard" title="The callee spoke; about from here on it was not heard.">
            <Marked text={text.slice(heardLength)} words={words} />
          </s>{' '}
          <span class="transcript-badge">interrupted</span>
        </>
      )}
      {!whole || heardLength === undefined ? null : <span class="transcript-badge">interrupted</span>}
    </>
  );
}

function Marked({ text, words }: { readonly text: string; readonly words: string }) {
  return (
    <>
      {markText(text, words).map(({ text: part, isFound }, place) =>
        isFound ? <mark key={place}>{part}</mark> : part,
      )}
    </>
  );
}

/** Below it the recogniser guesses. */
const doubtful = 0.6;

function Confidence({ line: { confidence } }: { readonly line: TranscriptLine }) {
  if (confidence === undefined) return null;
  const percent = Math.round(confidence * 100);
  return (
    <span
      class={`transcript-confidence${confidence < doubtful ? ' is-doubtful' : ''}`}
      title="How sure the recogniser was"
    >
      <meter min={0} max={1} value={confidence} aria-hidden="true" />
      <span class="unseen">confidence </span>
      {percent} %
    </span>
  );
}
