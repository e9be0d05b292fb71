/**
 * From a message response of the v1 shape to the steps of a turn (specification §5.1, §6.1, §6.2, §6.3).
 *
 * Here: `output.text`, the responses of `output.generic` (`response-types.ts`), `output.vgwAction` and
 * `output.vgwActionSequence` with the actions of `action-catalogue.ts`, and the deprecated `vgwHangUp` and `vgwTransfer` of
 * the context. Every other action and response type is left out so far: it becomes a sentence in `problems` and the call
 * goes on.
 */
import {
  err,
  type GatewayError,
  gatewayError,
  isJsonObject,
  type Json,
  type JsonObject,
  ok,
  type Result,
} from '../kit/index.ts';
import { carryInto } from './action-catalogue.ts';
import type { TurnReply } from './contract.ts';
import { readAction } from './read-action.ts';
import { isPresent, maxReplyItems, nameType, readTexts } from './reply-values.ts';
import { type ResponsePart, readResponses } from './response-types.ts';
import { isYes } from './state-variables.ts';
import { StepList } from './step-list.ts';

/** How deep a reply may nest; deeper context could not be printed again safely. */
export const maxReplyDepth = 64;

/**
 * Reads the body of a message response. `sentContext` is kept when the reply brings no context of its own.
 * Fails with `bot.bad-reply` when the body is no object, has no `output` object or nests deeper than `maxReplyDepth`.
 */
export function readMessageResponse(body: unknown, sentContext: JsonObject): Result<TurnReply, GatewayError> {
  if (!isJsonObject(body)) return badReply(`The reply is ${nameType(body)}, not a JSON object.`);
  const { output } = body;
  if (output === undefined) return badReply('The reply has no "output".');
  if (!isJsonObject(output)) return badReply(`"output" is ${nameType(output)}, not an object.`);
  if (isTooDeep(body)) return badReply(`The reply nests deeper than ${maxReplyDepth} levels.`);

  const problems: string[] = [];
  const steps = new StepList(problems);
  const node = readNode(output, problems);
  const nodeTexts = node.flatMap((part) => (part.type === 'texts' ? part.texts : []));
  // Beside actions of `output` those of the responses come second.
  const others = node.filter(({ type }) => type !== 'texts');
  const context = withVariables(readContext(body['context'], sentContext, problems), node);
  const { vgwAction: action, vgwActionSequence: sequence } = output;
  if (isPresent(sequence) && !isEmptyArray(sequence)) {
    if (isPresent(action)) problems.push('vgwAction was ignored: the reply also has a vgwActionSequence.');
    runSequence(sequence, nodeTexts, steps, problems);
    runNode(others, steps, problems);
  } else if (isPresent(action)) {
    runSingleAction(action, nodeTexts, steps, problems);
    runNode(others, steps, problems);
  } else {
    runNode(node, steps, problems);
  }
  // Echoed `vgwHangUp` of a request is harmless: the gateway sets it on the last turn only and strips it from the others.
  if (isYes(context['vgwHangUp']) && isPresent(body['context'])) steps.hangUp();
  // Likewise; where it goes is for the variables to say.
  else if (isYes(context['vgwTransfer']) && isPresent(body['context'])) {
    steps.add({ type: 'transfer', order: { method: 'refer', acceptedCodes: [] } });
  }
  return ok({ ...steps.done(), context, problems });
}

/** One action; the node's text is played too, where the action wants it (§6.1). */
function runSingleAction(value: unknown, nodeTexts: readonly string[], steps: StepList, problems: string[]): void {
  const action = readAction(value, 'vgwAction', problems);
  if (action === undefined) steps.say(nodeTexts);
  else carryInto(steps, action, { nodeTexts, isAlone: true, problems });
}

/** A list of actions, strictly in order; the node's text only where `vgwActPlayText` without a text stands (§6.1). */
function runSequence(value: unknown, nodeTexts: readonly string[], steps: StepList, problems: string[]): void {
  if (!Array.isArray(value)) {
    problems.push(`vgwActionSequence is ${nameType(value)}, not a list; the text was said instead.`);
    steps.say(nodeTexts);
    return;
  }
  if (value.length > maxReplyItems) {
    problems.push(`vgwActionSequence has ${value.length} actions; only the first ${maxReplyItems} are carried out.`);
  }
  for (const [index, item] of value.slice(0, maxReplyItems).entries()) {
    if (steps.endsWith !== undefined) {
      problems.push(`Actions after ${steps.endsWith} were ignored.`);
      return;
    }
    const action = readAction(item, `vgwActionSequence[${index}]`, problems);
    if (action !== undefined) carryInto(steps, action, { nodeTexts, isAlone: false, problems });
  }
}

/** A node in its order: `output.text`, and the responses of `output.generic`, which often repeat it (§6.3). */
function readNode(output: JsonObject, problems: string[]): readonly ResponsePart[] {
  const plain = isPresent(output['text']) ? readTexts(output['text'], 'output.text', problems) : [];
  const responses = isPresent(output['generic']) ? readResponses(output['generic'], problems) : [];
  if (plain.length === 0) return responses;
  const texts: ResponsePart = { type: 'texts', texts: plain };
  const others = responses.filter(({ type }) => type !== 'texts');
  if (others.length === 0) return [texts];
  return responses.some((part) => part.type === 'texts' && part.texts.length > 0) ? responses : [texts, ...others];
}

/** A forced turn begins when all of the node was done, wherever it stands in it: hold music may come after it. */
function runNode(node: readonly ResponsePart[], steps: StepList, problems: string[]): void {
  const isForced = (part: ResponsePart): boolean =>
    part.type === 'action' && part.action.command.toLowerCase() === 'vgwactforcenoinputturn';
  const inOrder = [...node.filter((part) => !isForced(part)), ...node.filter(isForced).slice(0, 1)];
  for (const part of inOrder) {
    if (part.type === 'variable') continue;
    if (steps.endsWith !== undefined) {
      problems.push(`Responses after ${steps.endsWith} were ignored.`);
      return;
    }
    if (part.type === 'texts') steps.say(part.texts);
    else carryInto(steps, part.action, { nodeTexts: [], isAlone: false, problems });
  }
}

/** Variables that responses set take the place of those of the context. */
function withVariables(context: JsonObject, node: readonly ResponsePart[]): JsonObject {
  const set = node.flatMap((part): [string, Json][] => (part.type === 'variable' ? [[part.name, part.value]] : []));
  return set.length === 0 ? context : Object.fromEntries([...Object.entries(context), ...set]);
}

function readContext(value: unknown, sentContext: JsonObject, problems: string[]): JsonObject {
  if (isJsonObject(value)) return value;
  if (isPresent(value)) problems.push(`"context" is ${nameType(value)}, not an object; the last one is kept.`);
  return sentContext;
}

/** Whether a reply nests deeper than `maxReplyDepth`. */
export function isTooDeep(reply: unknown): boolean {
  let level: unknown[] = [reply];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxReplyDepth) return true;
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return false;
}

function badReply(message: string): Result<never, GatewayError> {
  return err(gatewayError('bot.bad-reply', message));
}

function isEmptyArray(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
