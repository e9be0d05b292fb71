/** `outdial talk`: a conversation with the bot, typed or spoken, without any telephone. */
import { callFacts, type CallState } from '../../call/index.ts';
import { explainEnd } from '../../kit/index.ts';
import { buildCallRecord } from '../../reports/index.ts';
import { exitCodeOf, exitCodes, type OutcomeOptions, outcomeLines } from '../calls/call-outcome.ts';
import { problemLines } from '../command-error.ts';
import { findTalkTenant } from './find-talk-tenant.ts';
import { botName } from './bot-name.ts';
import { talkAloud } from './talk-aloud.ts';
import { createJsonTalkView, createTalkView } from './talk-view.ts';
import type { TalkOrder } from './talk-order.ts';
import { talkByTyping } from './talk-by-typing.ts';
import type { TalkWorld } from './talk-world.ts';

/** Resolves with the exit code. */
export async function runTalk(order: TalkOrder, world: TalkWorld): Promise<number> {
  const found = findTalkTenant(order, world.environment);
  if (!found.ok) {
    for (const line of problemLines(found.error)) world.printError(line);
    return exitCodes.refused;
  }
  const { look, print } = world;
  const view = order.isJson
    ? createJsonTalkView(print, order.context)
    : createTalkView({ ...look, print, areWaitsTold: order.microphone !== undefined }, order.context);
  if (!order.isJson) print(`outdial talk: ${botName(found.value.tenant)}`);
  let isInterrupted = false;
  const talk = order.microphone === undefined ? talkByTyping : talkAloud;
  const outcome = await talk({ ...order, ...found.value }, view, world, () => {
    isInterrupted = true;
  });
  if (!outcome.ok) {
    for (const line of problemLines(outcome.error)) world.printError(line);
    return exitCodes.refused;
  }
  const code = tellEnd(outcome.value, order, world);
  return isInterrupted ? exitCodes.interrupted : code;
}

function tellEnd(state: CallState, { isJson, microphone }: TalkOrder, { print, look }: TalkWorld): number {
  const facts = callFacts(state);
  if (facts === undefined) return exitCodes.failed;
  const record = { ...buildCallRecord(facts) };
  if (isJson) {
    print(JSON.stringify({ type: 'record', record }));
    return exitCodeOf(record);
  }
  const options: OutcomeOptions = {
    ...look,
    isKept: false,
    ...(microphone === undefined ? { areTimesTold: false } : {}),
  };
  for (const line of ['', ...outcomeLines(explainEnd(record.endCode), record, options)]) print(line);
  return exitCodeOf(record);
}
