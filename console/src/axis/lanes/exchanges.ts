/** What was exchanged with the bots: each request, from when it was handed to the network until its reply or its failure. */
import { printLength } from '../../text/measures.ts';
import type { CallClock, Item } from '../timeline.ts';

type Exchange = NonNullable<CallClock['data']['botExchanges']>['exchanges'][number];

export function exchangeItems(clock: CallClock): readonly Item[] {
  const { exchanges = [] } = clock.data.botExchanges ?? {};
  return exchanges.map((exchange) => exchangeItem(exchange, clock));
}

const aheadNotes = {
  waiting: 'ahead of the end of speech',
  used: 'ahead of the end of speech, and used',
  wasted: 'ahead of the end of speech, for nothing',
} as const;

function exchangeItem(exchange: Exchange, { sinceStart, lastMs }: CallClock): Item {
  const { turn, at, askedAhead, provider, method, url, firstByteMs, totalMs, status, failure } = exchange;
  const fromMs = sinceStart(at);
  const took = totalMs === null ? 'no answer yet' : printLength(totalMs);
  return {
    lane: 'bot',
    fromMs,
    toMs: totalMs === null ? Math.max(fromMs, lastMs) : fromMs + totalMs,
    shape: 'span',
    tone: failure !== null ? 'bad' : askedAhead === 'wasted' ? 'soft' : 'bot',
    label: failure === null ? took : failure.code,
    title: `Question ${turn} to the bot${failure === null ? '' : ' failed'}`,
    facts: [
      [failure === null ? 'answered in' : 'failed after', took],
      ...(firstByteMs === null ? [] : [['first byte after', printLength(firstByteMs)] as const]),
      ...(askedAhead === null ? [] : [['asked', aheadNotes[askedAhead]] as const]),
      ...(provider === null ? [] : [['bot', provider] as const]),
      ...(url === null ? [] : [['request', `${method ?? ''} ${url}`.trim()] as const]),
      ...(status === null ? [] : [['status', String(status)] as const]),
      ...(failure === null ? [] : [['problem', failure.message] as const]),
    ],
    what: { kind: 'turn', index: turn },
  };
}
