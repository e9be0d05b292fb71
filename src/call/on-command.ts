/** What a call does when it is told to from outside. */
import { type GatewayError, gatewayError, type JsonObject } from '../kit/index.ts';
import type { OutgoingKey } from '../conversation/index.ts';
import { type InsertedStep, mostInserted } from '../turn/index.ts';
import { findMessageFault, takeMessage } from './receive-message.ts';
import { completed, conclude, fail } from './call-ending.ts';
import { type CallOutcome, andThen, observe } from './call-outcome.ts';
import type { CallState } from './call-state.ts';
import { take } from './call-turns.ts';
import type { ControlCommand } from './control-command.ts';

/** What was put into the context since the last turn, in characters of JSON. */
const mostGivenCharacters = 16_384;

/** Keys as a finger presses them. */
const keyMs = 100;
const keyGapMs = 100;
const keyAttenuationDb = 10;

/** Why a call cannot take a command now; undefined when it can. */
export function findCommandFault(state: CallState, command: ControlCommand): GatewayError | undefined {
  if (state.phase === 'closing' || state.phase === 'over') return gatewayError('call.is-over', 'The call is ending');
  switch (command.type) {
    case 'hang-up':
      return undefined;
    case 'set-variables':
      return JSON.stringify(withVariables(state, command.variables)).length > mostGivenCharacters
        ? gatewayError('call.busy', 'More variables wait for the next turn than may')
        : undefined;
    case 'mute':
      return findUnanswered(state);
    case 'receive-message':
      return findUnanswered(state) ?? findMessageFault(state);
    case 'say':
    case 'play':
    case 'send-digits':
    case 'transfer':
      return findUnanswered(state) ?? findBusy(state);
    default:
      return command satisfies never;
  }
}

/** Nothing is said in a call that is being handed over or given up. */
function findBusy({ failure, turn }: CallState): GatewayError | undefined {
  if (failure !== undefined) return gatewayError('call.busy', 'The call is being given up');
  if (turn.floor === 'transferring') return gatewayError('call.busy', 'The call is being transferred');
  return turn.inserted.length >= mostInserted
    ? gatewayError('call.busy', `${mostInserted} commands wait to be carried out`)
    : undefined;
}

export function onCommand(state: CallState, command: ControlCommand, nowMs: number): CallOutcome {
  if (findCommandFault(state, command) !== undefined) return [state];
  return andThen([state, observe({ type: 'command.taken', command, atMs: nowMs })], (next) =>
    carryOut(next, command, nowMs),
  );
}

function carryOut(state: CallState, command: ControlCommand, nowMs: number): CallOutcome {
  switch (command.type) {
    case 'hang-up':
      return hangUp(state, nowMs);
    case 'set-variables':
      return [{ ...state, givenVariables: withVariables(state, command.variables) }];
    case 'say':
      return insert(state, { type: 'say', text: command.text }, nowMs);
    case 'play':
      return insert(state, { type: 'play-audio', url: command.url, isLooping: false }, nowMs);
    case 'send-digits':
      return insert(state, { type: 'send-keys', keys: keysOf(command.digits), gapMs: keyGapMs }, nowMs);
    case 'transfer':
      return insert(state, command, nowMs);
    case 'receive-message':
      return takeMessage(state, command.message, nowMs);
    case 'mute':
      return [state, { type: 'media', command }];
    default:
      return command satisfies never;
  }
}

function keysOf(digits: string): readonly OutgoingKey[] {
  return digits.split('').map((digit) => ({ digit, durationMs: keyMs, attenuationDb: keyAttenuationDb }));
}

function insert(state: CallState, step: InsertedStep, nowMs: number): CallOutcome {
  return take(state, { type: 'insert', step }, nowMs);
}

function hangUp(state: CallState, nowMs: number): CallOutcome {
  if (state.failure !== undefined) return fail(state, state.failure, nowMs);
  if (state.phase === 'active') {
    return conclude(state, { ...completed(state, nowMs), endedBy: 'api', endCode: 'completed.api' }, nowMs);
  }
  const failureReason = 'The call was hung up before it was answered';
  return conclude(
    state,
    {
      state: 'failed',
      endCode: 'call.cancelled',
      endedBy: 'api',
      blame: 'caller',
      failureReason,
      atMs: nowMs,
    },
    nowMs,
  );
}

function withVariables({ givenVariables }: CallState, variables: JsonObject): JsonObject {
  return { ...givenVariables, ...variables };
}

function findUnanswered({ phase }: CallState): GatewayError | undefined {
  return phase === 'active' ? undefined : gatewayError('call.not-answered', 'Nobody has answered the call yet');
}
