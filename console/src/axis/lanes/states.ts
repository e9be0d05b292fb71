/** What the call was doing: a span for each state, one after the other. */
import type { CallClock, Item, Tone } from '../timeline.ts';
import { printLength } from '../../text/measures.ts';

interface Change {
  readonly atMs: number;
  readonly label: string;
  readonly tone: Tone;
  readonly note?: string;
}

const early: Readonly<Record<string, string>> = {
  ringback: 'ringing tone',
  busy: 'busy tone',
  congestion: 'congestion tone',
  'call-waiting': 'call waiting',
  'special-information': 'special information tone',
  fax: 'fax tone',
  speech: 'speech or music',
  silence: 'silence',
};

export function stateItems(clock: CallClock): readonly Item[] {
  const changes = changesOf(clock);
  return changes.flatMap(({ atMs, label, tone, note }, index): readonly Item[] => {
    const toMs = Math.max(atMs, changes[index + 1]?.atMs ?? clock.lastMs);
    const isOver = index === changes.length - 1 && clock.endMs !== undefined;
    return [
      {
        lane: 'state',
        fromMs: atMs,
        toMs: isOver ? atMs : toMs,
        shape: isOver ? 'flag' : 'span',
        tone,
        label,
        title: isOver ? `The call is over: ${label}` : `The call is ${label}`,
        facts: [
          ...(isOver ? [] : [['for', printLength(toMs - atMs)] as const]),
          ...(note === undefined ? [] : [['because', note] as const]),
        ],
      },
    ];
  });
}

function changesOf({ data, record, sinceStart, answerMs, endMs }: CallClock): readonly Change[] {
  const changes: Change[] = [{ atMs: 0, label: 'accepted', tone: 'soft' }];
  for (const { type, timestamp, data: told } of data.events) {
    const change = changeOf(type, told);
    if (change !== undefined) changes.push({ atMs: sinceStart(timestamp), ...change });
  }
  // Of a call whose events were deleted the record still knows the turns of its life.
  if (changes.length === 1 && record !== undefined) {
    if (record.inviteTime !== null)
      changes.push({ atMs: sinceStart(record.inviteTime), label: 'dialled', tone: 'gateway' });
    if (answerMs !== undefined) changes.push({ atMs: answerMs, label: 'active', tone: 'good' });
  }
  const isFailed = data.call.callState === 'failed';
  const earlier = changes.filter(({ atMs }) => endMs === undefined || atMs < endMs);
  if (endMs === undefined) return earlier;
  const label = data.call.endCode ?? record?.endCode ?? data.call.callState;
  const note = record?.failureReason ?? data.call.failureReason ?? undefined;
  return [...earlier, { atMs: endMs, label, tone: isFailed ? 'bad' : 'soft', ...(note === undefined ? {} : { note }) }];
}

function changeOf(type: string, told: Readonly<Record<string, unknown>>): Omit<Change, 'atMs'> | undefined {
  switch (type) {
    case 'call.started':
      return { label: 'dialled', tone: 'gateway' };
    case 'call.ringing':
      return { label: 'ringing', tone: 'warn' };
    case 'call.early-media': {
      const sound = String(told['sound']);
      return { label: early[sound] ?? sound, tone: 'warn', note: 'this was heard before the answer' };
    }
    case 'call.active':
    case 'call.resumed':
      return { label: 'active', tone: 'good' };
    case 'call.held':
      return { label: 'held', tone: 'warn' };
    case 'transfer.started':
      return { label: 'being transferred', tone: 'operator' };
    case 'call.transferred':
      return { label: 'transferred', tone: 'operator' };
    case 'transfer.over':
      return told['outcome'] === 'failed'
        ? { label: 'active', tone: 'good', note: `the transfer failed: ${String(told['reason'])}` }
        : undefined;
    default:
      return undefined;
  }
}
