/** A call as `/v1` shows it. The words are those of the notifications. */
import { z } from 'zod';
import { explainEnd, printWallTime } from '../../kit/index.ts';
import type { StoredCall } from '../../store/index.ts';
import { errorPagesRoot } from '../problem.ts';

export const callStates = ['accepted', 'started', 'ringing', 'active', 'transferred', 'failed', 'ended'] as const;

const instant = z.iso.datetime();

export const blames = ['callee', 'caller', 'trunk', 'provider', 'gateway', 'unknown'] as const;

const endExplanation = z
  .object({
    text: z.string().describe('What happened, and when something failed, what to do about it.'),
    blame: z.enum(blames).nullable().describe('Whose side the failure most likely lies on; null when nothing failed.'),
    isRetryable: z.boolean().describe('Whether the same call may go better later.'),
    docs: z.string().optional().describe('Path of the page of the end code: likely causes and what to do.'),
  })
  .meta({ id: 'EndExplanation' });

export const callSchema = z
  .object({
    vgwSessionID: z.string(),
    tenantID: z.string(),
    callState: z.enum(callStates).describe('failed and ended are final.'),
    direction: z.enum(['inbound', 'outbound']).describe('inbound: somebody else placed it.'),
    to: z
      .string()
      .describe('As the request named it, or of an inbound call the INVITE, as far as the tenant lets it be shown.'),
    from: z.string(),
    acceptedAt: instant,
    changedAt: instant.describe('When the state last changed.'),
    endedAt: instant.optional(),
    endCode: z.string().optional().describe('How it ended: completed.* or a code of docs/errors.md.'),
    endExplanation: endExplanation.optional().describe('The end code in words; failureReason tells of this very call.'),
    failureReason: z.string().nullable(),
    sequence: z.int().describe('Of its last event; 0 before the first.'),
  })
  .meta({ id: 'Call' });

export function printCall(call: StoredCall): z.infer<typeof callSchema> {
  const { endCode } = call;
  const explanation = endCode === undefined ? undefined : explainEnd(endCode);
  return {
    vgwSessionID: call.sessionId,
    tenantID: call.tenantId,
    callState: call.state,
    direction: call.facts['direction'] === 'inbound' ? 'inbound' : 'outbound',
    to: call.to,
    from: call.from,
    acceptedAt: printWallTime(call.acceptedAtWallMs),
    changedAt: printWallTime(call.changedAtWallMs),
    ...(call.endedAtWallMs === undefined ? {} : { endedAt: printWallTime(call.endedAtWallMs) }),
    ...(endCode === undefined ? {} : { endCode }),
    ...(explanation === undefined ? {} : { endExplanation: { ...explanation, docs: `${errorPagesRoot}/${endCode}` } }),
    failureReason: call.failureReason ?? null,
    sequence: call.lastSequence,
  };
}

/** Nothing more happens in it. */
export function isFinal({ state }: StoredCall): boolean {
  return state === 'failed' || state === 'ended';
}

export const callPage = z
  .object({ calls: z.array(callSchema), nextCursor: z.string().optional().describe('Absent on the last page.') })
  .meta({ id: 'CallPage' });
