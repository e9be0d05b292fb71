/** A bot of the simulated world that makes its answer bit by bit. */
import type { ReplyPart, TurnReply, TurnRequest } from '../../src/conversation/index.ts';
import { type GatewayError, type JsonObject, ok, type Result } from '../../src/kit/index.ts';
import type { SimClock } from '../../src/testing/index.ts';

export interface StreamedAnswer {
  /** Each text comes so long after the one before it. */
  readonly parts: readonly (readonly [afterMs: number, text: string])[];
  /** So long after the last text the answer ends: with an error, or with `hang-up` or nothing behind the texts. */
  readonly endAfterMs: number;
  readonly end: 'listen' | 'hang-up' | GatewayError;
}

export type StreamedResult = Promise<Result<TurnReply, GatewayError>>;

/** Streams an answer; `signal` stops it. What was asked and said so far stands in the context, as `asked` and `said`. */
export function streamAnswer(
  { parts, endAfterMs, end }: StreamedAnswer,
  { text, context }: TurnRequest,
  signal: AbortSignal,
  onPart: (part: ReplyPart) => void,
  clock: SimClock,
): StreamedResult {
  const stepsUpTo = (count: number) => parts.slice(0, count).map(([, said]) => ({ type: 'say', text: said }) as const);
  const contextAt = (count: number): JsonObject => ({
    ...context,
    asked: text,
    said: parts.slice(0, count).map(([, said]) => said),
  });
  let atMs = clock.nowMs();
  return new Promise((resolve) => {
    parts.forEach(([afterMs], index) => {
      atMs += afterMs;
      clock.at(atMs, () => {
        if (!signal.aborted) onPart({ steps: stepsUpTo(index + 1).slice(index), context: contextAt(index + 1) });
      });
    });
    clock.at(atMs + endAfterMs, () => {
      if (typeof end === 'object') resolve({ ok: false, error: end });
      else {
        const steps = [...stepsUpTo(parts.length), ...(end === 'hang-up' ? [{ type: 'hang-up' } as const] : [])];
        resolve(ok({ steps, context: contextAt(parts.length), problems: [] }));
      }
    });
  });
}
