/**
 * Steps that come from outside and belong to no answer: they are carried out in their order between turns, when what plays
 * has been played and before a step of the answer that ends it.
 */
import type { ReplyStep } from '../conversation/index.ts';
import { andThen, type TurnOutcome, type TurnState } from './turn-state.ts';

export type InsertedStep = Extract<ReplyStep, { readonly type: 'say' | 'play-audio' | 'send-keys' | 'transfer' }>;

/** Steps that may wait. */
export const mostInserted = 32;

/** Whether the next one's time has come. */
export function isInsertionDue({ inserted, pendingSteps, hasMore }: TurnState): boolean {
  const [step] = pendingSteps;
  return inserted.length > 0 && (step === undefined ? !hasMore : endsAnswer(step));
}

/** Whether one may begin by itself: nobody speaks, and no keys are being collected. */
export function isFloorFree({ floor, pendingSteps, isVoiceHeard, collection }: TurnState): boolean {
  const isCollecting = collection !== undefined && collection.digits !== '';
  return floor === 'listening' && pendingSteps.length === 0 && !isVoiceHeard && !isCollecting;
}

/** Carries out the next one. Sounds have names of their own, so that they count to no turn. */
export function performInserted(state: TurnState, stopSounds: (state: TurnState) => TurnOutcome): TurnOutcome {
  const [step, ...later] = state.inserted;
  if (step === undefined) return [state];
  const insertions = state.insertions + 1;
  return andThen(stopSounds({ ...state, inserted: later, insertions }), (quiet) => {
    const playbackId = `inserted-${insertions}`;
    const speaking: TurnState = { ...quiet, floor: 'speaking', playbackId, deadlineMs: undefined };
    switch (step.type) {
      case 'say':
        return [speaking, { type: 'play', playbackId, turnId: noTurn, text: step.text }];
      case 'play-audio':
        return [speaking, { type: 'play-audio', playbackId, url: step.url, isLooping: false }];
      case 'send-keys': {
        const { keys, gapMs } = step;
        return [
          { ...speaking, isSendingKeys: true },
          { type: 'send-keys', playbackId, keys, gapMs },
        ];
      }
      case 'transfer':
        return [
          { ...quiet, floor: 'transferring', pendingSteps: [], deadlineMs: undefined, isVoiceHeard: false },
          { type: 'transfer', order: step.order, isInserted: true },
        ];
      default:
        return step satisfies never;
    }
  });
}

const noTurn = -1;

function endsAnswer({ type }: ReplyStep): boolean {
  return type === 'hang-up' || type === 'transfer' || type === 'force-turn';
}
