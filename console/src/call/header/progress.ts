/** How far a call has come, as steps that people know: accepted, dialled, ringing, answered, over. */
import { isOver } from '../../calls/call-states.ts';
import type { CallData } from '../call-data.ts';

export interface ProgressStep {
  readonly name: string;
  /** ISO; absent when it did not come to that, or not yet. */
  readonly at?: string;
  readonly isFailed?: boolean;
}

const stepsOfStates = [
  { type: 'call.started', name: 'Dialled' },
  { type: 'call.ringing', name: 'Ringing' },
  { type: 'call.active', name: 'Answered' },
  { type: 'call.transferred', name: 'Transferred' },
] as const;

export function progressOf({ call, events }: Pick<CallData, 'call' | 'events'>): readonly ProgressStep[] {
  const steps: ProgressStep[] = [{ name: 'Accepted', at: call.acceptedAt }];
  const isFinal = isOver(call);
  for (const { type, name } of stepsOfStates) {
    const event = events.find((each) => each.type === type);
    if (event !== undefined) steps.push({ name, at: event.timestamp });
    // What a call that is over has left out is left out; of one that runs, what is to come is shown.
    else if (!isFinal && type !== 'call.transferred') steps.push({ name });
  }
  const isFailed = call.callState === 'failed';
  const endedAt = call.endedAt === undefined ? {} : { at: call.endedAt };
  steps.push({ name: isFailed ? 'Failed' : 'Ended', ...endedAt, ...(isFailed ? { isFailed } : {}) });
  return steps;
}
