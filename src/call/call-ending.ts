/** How a call ends, whatever ends it: the outcome is told once, then dialog, media and the bot's last turn are closed. */
import { gatewayTexts } from '../conversation/index.ts';
import { errorKind, type GatewayError, gatewayError } from '../kit/index.ts';
import { onTurn } from '../turn/index.ts';
import { spokenBefore, turnContext } from './bot-turn.ts';
import { endHeaders } from './bye-headers.ts';
import { endedByOther, isUnanswered, refusalStatus } from './other-party.ts';
import { type CallOutcome, notify, observe, andThen } from './call-outcome.ts';
import type { CallEnd, CallState, ReleaseFacts, TurnReport } from './call-state.ts';
import { hangUpSecond } from './second-leg.ts';

/** How long a call waits for its dialog, media and last turn to close before it is over all the same. */
const closingLimitMs = 35_000;

export function fail(state: CallState, error: GatewayError, nowMs: number, facts: ReleaseFacts = {}): CallOutcome {
  const { blame } = errorKind(error.code);
  const { code: endCode, message: failureReason } = error;
  return conclude(
    state,
    { ...facts, state: 'failed', endCode, endedBy: 'gateway', blame, failureReason, atMs: nowMs },
    nowMs,
  );
}

/** The dialog ended by itself, without an answer or without us. */
export function dialogOver(
  state: CallState,
  error: GatewayError,
  nowMs: number,
  facts: ReleaseFacts = {},
): CallOutcome {
  return andThen([{ ...state, awaits: { ...state.awaits, dialog: false } }], (next) =>
    state.phase === 'closing' ? settle(next, nowMs) : fail(next, error, nowMs, facts),
  );
}

/** The outcome is known: tell it once, close the dialog and the media, give the bot its last turn. */
export function conclude(state: CallState, end: CallEnd, nowMs: number): CallOutcome {
  if (state.phase === 'closing') return settle(state, nowMs);
  if (isUnanswered(state) && state.awaits.dialog) return refuse(state, end, nowMs);
  const isBotAlive = state.turns[0]?.error === undefined && !end.endCode.startsWith('bot.');
  const [stopped] = onTurn(state.turn, { type: 'stop' }, nowMs);
  const closing: CallState = {
    ...state,
    phase: 'closing',
    turn: stopped,
    end,
    awaits: { ...state.awaits, lastTurn: isBotAlive },
    closingDeadlineMs: nowMs + closingLimitMs,
  };
  const outcome: CallOutcome = [
    closing,
    ...(state.awaits.dialog ? [{ type: 'hang-up', headers: endHeaders(state, end) } as const] : []),
    ...(isReplacedLater(state, end) ? [] : hangUpSecond(state)),
    notify(end.state, end.failureReason ?? null),
    observe({ type: 'call.over', end, atMs: nowMs }),
    ...(state.awaits.media ? [{ type: 'media', command: { type: 'close' } } as const] : []),
  ];
  return andThen(isBotAlive ? andThen(outcome, (next) => askLastTurn(next, end, nowMs)) : outcome, (next) =>
    settle(next, nowMs),
  );
}

/** The caller gets a final answer; that is repeated until it is acknowledged, and nothing comes back of it. */
function refuse(state: CallState, end: CallEnd, nowMs: number): CallOutcome {
  const status = refusalStatus(end.endCode);
  const refused: CallState = { ...state, awaits: { ...state.awaits, dialog: false } };
  return andThen([refused, { type: 'reject', status }], (next) => conclude(next, { sipStatus: status, ...end }, nowMs));
}

/**
 * Who left as soon as it had taken an attended transfer may still be on its way to the target: that leg must be there when it
 * comes. The target ends it, or the end of the closing does.
 */
function isReplacedLater({ plan, transfer }: CallState, { endedBy }: CallEnd): boolean {
  const hasLeft = endedBy === endedByOther(plan).endedBy;
  return transfer?.order.isAttended === true && transfer.outcome === 'transferred' && hasLeft;
}

/**
 * The last turn is sent whoever hung up (specification §5.3); its answer is not carried out. After a transfer the bot is
 * told of that first, in a turn of its own.
 */
export function askLastTurn(state: CallState, end: CallEnd, nowMs: number): CallOutcome {
  const isNews =
    state.transfer?.outcome === 'transferred' && state.turns.every(({ cause }) => cause.type !== 'transferred');
  const turn: TurnReport = {
    turnId: 1 + Math.max(state.turn.turnId, ...state.turns.map(({ turnId }) => turnId)),
    ...(isNews
      ? { cause: { type: 'transferred', reason: state.transfer?.reason ?? '' }, text: gatewayTexts.callTransferred }
      : { cause: { type: 'hang-up', reason: end.endCode }, text: gatewayTexts.hangUp }),
    askedAtMs: nowMs,
  };
  return [
    { ...state, turns: [...state.turns, turn], networkWarnings: [] },
    observe({ type: 'turn.asked', turn, atMs: nowMs }),
    {
      type: 'ask',
      turnId: turn.turnId,
      text: turn.text,
      context: turnContext(state, turn),
      spoken: spokenBefore(state),
    },
  ];
}

export function settle(state: CallState, nowMs: number): CallOutcome {
  if (state.phase !== 'closing') {
    // The dialog ended although nobody here ended the call: an answer to our own CANCEL or BYE cannot come before one.
    return state.awaits.dialog || state.phase === 'preparing'
      ? [state]
      : fail(state, gatewayError('sip.dialog-lost', 'The dialog ended by itself'), nowMs);
  }
  const { media, dialog, lastTurn } = state.awaits;
  return media || dialog || lastTurn || state.secondLeg !== undefined ? [state] : over(state);
}

export function over(state: CallState): CallOutcome {
  return [{ ...state, phase: 'over', closingDeadlineMs: undefined }, ...hangUpSecond(state), { type: 'over' }];
}

export function completed(state: CallState, nowMs: number): Omit<CallEnd, 'endedBy' | 'endCode'> {
  const facts = state.answeredAtMs === undefined ? {} : { sipStatus: 200 };
  return { ...facts, state: 'ended', blame: undefined, failureReason: undefined, atMs: nowMs };
}
