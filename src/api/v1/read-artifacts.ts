/** What the routes of artifacts read, and what they answer when it is not there. */
import type { z } from 'zod';
import type { CallTraces } from '../../engine/index.ts';
import { err, type GatewayError, gatewayError, ok, type Result } from '../../kit/index.ts';
import type { StoredCall, StoredEvent } from '../../store/index.ts';
import { botExchangesSchema } from './bot-exchanges.ts';
import { isFinal } from './call-resource.ts';
import type { V1Ports } from './ports.ts';
import { traceSchema } from './sip-trace.ts';

const eventsAtATime = 200;
/** A transcript or a page takes in no more than so many events. */
const mostEvents = 10_000;

type ReadTrace<S extends z.ZodType> = (call: StoredCall, v1: V1Ports) => Promise<Result<z.output<S>, GatewayError>>;

export const readSipTrace: ReadTrace<typeof traceSchema> = (call, v1) =>
  readTrace('sipTrace', 'SIP trace', traceSchema, call, v1);

export const readBotExchanges: ReadTrace<typeof botExchangesSchema> = (call, v1) =>
  readTrace('botExchanges', 'log of its bots', botExchangesSchema, call, v1);

/** Of the engine while the call runs in this process, else of the disk. */
async function readTrace<S extends z.ZodType>(
  which: keyof CallTraces,
  name: string,
  schema: S,
  call: StoredCall,
  v1: V1Ports,
): Promise<Result<z.output<S>, GatewayError>> {
  const soFar = v1.tracesSoFar(call.sessionId);
  const found = soFar === undefined ? await v1.readTrace(call.sessionId, which) : soFar[which];
  const trace = schema.safeParse(found && { ...found, isComplete: soFar === undefined });
  return trace.success ? ok(trace.data) : missing(call, name, soFar !== undefined);
}

/** `isHere`: what this process does not have of the call now will not come either. */
export function missing(call: StoredCall, what: string, isHere = false): Result<never, GatewayError> {
  return isFinal(call) || isHere
    ? err(gatewayError('artifact.none', `There is no ${what} of this call.`))
    : err(gatewayError('call.running', `The ${what} is complete when the call is over.`));
}

/** From the first one on. */
export async function readEvents(
  sessionId: string,
  { store }: V1Ports,
): Promise<Result<readonly StoredEvent[], GatewayError>> {
  const all: StoredEvent[] = [];
  for (;;) {
    const page = await store.events(sessionId, all.at(-1)?.sequence ?? 0, eventsAtATime);
    if (!page.ok) return page;
    all.push(...page.value);
    if (page.value.length < eventsAtATime || all.length >= mostEvents) return ok(all);
  }
}
