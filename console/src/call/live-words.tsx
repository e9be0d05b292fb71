/** What is said in a call, line by line as it comes; a screen reader is told of each. */
import type { CallEvent } from '../../../src/client/index.ts';
import { Time } from '../parts/time.tsx';

interface Line {
  readonly sequence: number;
  readonly at: string;
  readonly who: 'callee' | 'bot' | 'operator' | 'call';
  readonly text: string;
}

export function LiveWords({ events }: { readonly events: readonly CallEvent[] }) {
  const lines = events.flatMap(linesOf);
  return (
    <section class="words" aria-labelledby="words-title">
      <h2 id="words-title">As it happens</h2>
      <div role="log" aria-label="What is said">
        <ol class="words-lines">
          {lines.map(({ sequence, at, who, text }) => (
            <li key={sequence} class={`words-line is-${who}`}>
              <Time at={at} /> <span class={`who is-${who}`}>{who}</span> <span class="words-text">{text}</span>
            </li>
          ))}
        </ol>
      </div>
      {lines.length === 0 ? <p class="soft">Nothing has happened yet.</p> : null}
    </section>
  );
}

function linesOf(event: CallEvent): readonly Line[] {
  const { sequence, timestamp: at, type, data, callState, failureReason } = event;
  const { text } = data;
  const line = (who: Line['who'], words: string): readonly Line[] => [{ sequence, at, who, text: words }];
  if (type === 'speech.recognized' && typeof text === 'string') return line('callee', text);
  if (type === 'dtmf.received') return line('callee', `pressed ${String(data['digit'])}`);
  if (type === 'turn.answered' && Array.isArray(text)) {
    const said = text.filter((each) => typeof each === 'string').join(' ');
    return said === '' ? [] : line('bot', said);
  }
  if (type === 'command.taken') {
    return line('operator', typeof text === 'string' ? text : String(data['command']).replaceAll('-', ' '));
  }
  if (type === `call.${callState}`) return line('call', failureReason ?? String(callState));
  return [];
}
