/** Each turn: what the bot was asked, what it answered, and how long it took. */
import type { ExchangedBody } from '../../../../src/client/index.ts';
import { JsonText } from '../../json/json-text.tsx';
import { JsonTree } from '../../json/json-tree.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { printLength, printOffset } from '../../text/measures.ts';
import type { CallData } from '../call-data.ts';
import { isSelected, select } from '../cursor.ts';
import { type BotTurn, botTurns, type ShownExchange } from './bot-turns.ts';
import { ContextChanges } from './context-changes.tsx';
import './bot.css';

const causes: Readonly<Record<string, string>> = {
  start: 'start of the call',
  speech_to_text: 'words',
  speech: 'words',
  dtmf: 'keys',
  post_response_timeout: 'silence after the answer',
  final_utterance_timeout: 'no end of the words',
  no_input_turn: 'no input',
  sms: 'message',
  transfer: 'transfer',
  transfer_failed: 'failed transfer',
  hangup: 'end of the call',
};

export function BotPanel({ data }: { readonly data: CallData }) {
  const turns = botTurns(data);
  if (turns.length === 0) return <p class="panel-empty">The bot has not been asked anything.</p>;
  const dropped = data.botExchanges?.droppedExchanges ?? 0;
  return (
    <div class="bot">
      <ol class="bot-turns">
        {turns.map((turn) => (
          <Turn key={turn.index} turn={turn} />
        ))}
      </ol>
      {dropped === 0 ? null : <p class="panel-note">{dropped} more exchanges were not kept: there were too many.</p>}
      {data.botExchanges !== undefined ? null : (
        <p class="panel-note">Requests and replies in full are not kept of this call.</p>
      )}
    </div>
  );
}

function Turn({ turn }: { readonly turn: BotTurn }) {
  const { index, atMs, cause, asked, provider, botMs, firstByteMs, failure, isInterrupted } = turn;
  const isChosen = isSelected({ kind: 'turn', index });
  return (
    <li class={`bot-turn${isChosen ? ' is-shown' : ''}${failure === undefined ? '' : ' is-failed'}`}>
      <div class="bot-turn-head">
        <h3>
          <button
            type="button"
            class="bot-turn-name"
            aria-pressed={isChosen}
            onClick={() => {
              select({ kind: 'turn', index }, atMs);
            }}
          >
            Turn {index}
          </button>
        </h3>
        <span class="bot-turn-cause">{causes[cause] ?? cause}</span>
        <span class="bot-turn-times">
          {printOffset(atMs)}
          {botMs === undefined ? null : ` · answered in ${printLength(botMs)}`}
          {firstByteMs === undefined || firstByteMs === botMs ? null : ` (first byte ${printLength(firstByteMs)})`}
        </span>
        {provider === undefined ? null : <bdi class="bot-turn-provider">{provider}</bdi>}
      </div>
      {asked === '' ? null : (
        <p class="bot-asked">
          <span class="bot-side">asked</span> <bdi>{asked}</bdi>
        </p>
      )}
      <Answer turn={turn} />
      {failure === undefined ? null : <p class="bot-failure">{failure}</p>}
      {isInterrupted ? <p class="bot-note">The callee interrupted this answer.</p> : null}
      {turn.problems.map((problem) => (
        <p key={problem} class="bot-problem">
          {problem}
        </p>
      ))}
      {turn.exchanges.map((shown, place) => (
        <Exchange key={place} shown={shown} isOpen={isChosen && place === 0} />
      ))}
    </li>
  );
}

function Answer({ turn: { steps, index } }: { readonly turn: BotTurn }) {
  if (steps.length === 0) return null;
  return (
    <div class="bot-answer">
      <span class="bot-side">answered</span>
      <ul>
        {steps.map((step, place) => {
          const { type, text, ...rest } = step;
          return (
            <li key={place}>
              <span class="bot-step">{type}</span>
              {typeof text === 'string' ? <bdi>{text}</bdi> : null}
              {Object.keys(rest).length === 0 ? null : <JsonTree value={rest} openLevels={0} />}
            </li>
          );
        })}
      </ul>
      <CopyButton what={`the answer of turn ${index}`} text={() => JSON.stringify(steps, undefined, 2)} />
    </div>
  );
}

const ahead = {
  waiting: 'asked ahead of the end of speech',
  used: 'asked ahead, and used',
  wasted: 'asked ahead, and dropped: the callee went on',
} as const;

function Exchange({ shown, isOpen }: { readonly shown: ShownExchange; readonly isOpen: boolean }) {
  const { exchange, contextChanges } = shown;
  const { method, url, status, firstByteMs, totalMs, askedAhead, failure, provider, request, reply } = exchange;
  const isBad = failure !== null || (status !== null && status >= 400);
  return (
    <details class={`bot-exchange${isBad ? ' is-bad' : ''}`} open={isOpen}>
      <summary>
        <span class="bot-exchange-what">
          {method ?? 'inside'} <bdi>{url ?? provider ?? 'bot'}</bdi>
        </span>
        <span class="bot-exchange-status">{status ?? (failure === null ? '' : failure.code)}</span>
        <span class="bot-exchange-times">
          {firstByteMs === null ? '' : `first byte ${printLength(firstByteMs)} · `}
          {totalMs === null ? 'no end' : `whole ${printLength(totalMs)}`}
        </span>
        {askedAhead === null ? null : <span class="bot-exchange-ahead">{ahead[askedAhead]}</span>}
      </summary>
      {failure === null ? null : (
        <p class="bot-failure">
          <code>{failure.code}</code> {failure.message}
        </p>
      )}
      {contextChanges === undefined ? null : <ContextChanges changes={contextChanges} />}
      <Body title="Request" body={request} />
      <Body title="Reply" body={reply} />
    </details>
  );
}

function Body({ title, body }: { readonly title: string; readonly body: ExchangedBody | null }) {
  if (body === null) return null;
  return (
    <section class="bot-body" aria-label={title}>
      <h4>
        {title}
        {body.isCut ? <span class="bot-cut"> cut: only the beginning is kept</span> : null}
      </h4>
      <JsonText text={body.body} what={`the ${title.toLowerCase()}`} />
    </section>
  );
}
