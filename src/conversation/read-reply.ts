/**
 * From a message response of the v1 shape to the steps of a turn (specification §5.1, §6.1, §6.2, §6.3).
 *
 * Here: `output.text`, text responses of `output.generic`, `output.vgwAction` and `output.vgwActionSequence` with the
 * actions of `action-catalogue.ts`, and the deprecated `vgwHangUp` and `vgwTransfer` of the context. Every other action and response type is left
 * out so far: it becomes a sentence in `problems` and the call goes on.
 */
import { err, type GatewayError, gatewayError, isJsonObject, type JsonObject, ok, type Result } from '../kit/index.ts';
import { type Action, carryInto } from './action-catalogue.ts';
import type { TurnReply } from './contract.ts';
import { isPresent, maxReplyItems, nameType, quote, readTexts } from './reply-values.ts';
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
  if (isDeeperThan(body, maxReplyDepth)) return badReply(`The reply nests deeper than ${maxReplyDepth} levels.`);

  const problems: string[] = [];
  const steps = new StepList(problems);
  const context = readContext(body['context'], sentContext, problems);
  const nodeTexts = readNodeTexts(output, problems);
  const { vgwAction: action, vgwActionSequence: sequence } = output;
  if (isPresent(sequence) && !isEmptyArray(sequence)) {
    if (isPresent(action)) problems.push('vgwAction was ignored: the reply also has a vgwActionSequence.');
    runSequence(sequence, nodeTexts, steps, problems);
  } else if (isPresent(action)) {
    runSingleAction(action, nodeTexts, steps, problems);
  } else {
    steps.say(nodeTexts);
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

function readAction(value: unknown, where: string, problems: string[]): Action | undefined {
  if (!isJsonObject(value)) {
    problems.push(`${where} is ${nameType(value)}, not an object with a command.`);
    return undefined;
  }
  const { command, parameters } = value;
  if (typeof command !== 'string' || command.trim() === '') {
    problems.push(`${where} has no command.`);
    return undefined;
  }
  if (isPresent(parameters) && !isJsonObject(parameters)) {
    problems.push(`The parameters of ${quote(command)} are ${nameType(parameters)}, not an object.`);
  }
  return { command: command.trim(), parameters: isJsonObject(parameters) ? parameters : {} };
}

function readNodeTexts(output: JsonObject, problems: string[]): readonly string[] {
  const texts = isPresent(output['text']) ? readTexts(output['text'], 'output.text', problems) : [];
  const generic = isPresent(output['generic']) ? readGenericTexts(output['generic'], problems) : [];
  return texts.length > 0 ? texts : generic;
}

/** Text responses of `output.generic` (§6.3). Of several `values` the first one is taken, all when `multiline`. */
function readGenericTexts(value: unknown, problems: string[]): readonly string[] {
  if (!Array.isArray(value)) {
    problems.push(`output.generic is ${nameType(value)}, not a list.`);
    return [];
  }
  if (value.length > maxReplyItems) {
    problems.push(`output.generic has ${value.length} responses; only the first ${maxReplyItems} are read.`);
  }
  return value.slice(0, maxReplyItems).flatMap((item: unknown, index) => {
    const where = `output.generic[${index}]`;
    if (!isJsonObject(item)) {
      problems.push(`${where} is ${nameType(item)}, not an object.`);
      return [];
    }
    if (!isForVoice(item['channels'])) return [];
    const { response_type: type } = item;
    if (type !== 'text') {
      problems.push(
        `${where} is not supported: response type ${typeof type === 'string' ? quote(type) : nameType(type)}.`,
      );
      return [];
    }
    if (isPresent(item['text'])) return readTexts(item['text'], where, problems);
    if (!Array.isArray(item['values'])) {
      problems.push(`${where} has no text.`);
      return [];
    }
    const texts = item['values'].slice(0, maxReplyItems).map((entry) => (isJsonObject(entry) ? entry['text'] : entry));
    return readTexts(item['selection_policy'] === 'multiline' ? texts : texts.slice(0, 1), where, problems);
  });
}

/** A response may name the channels it is meant for; without such a list it is for all (§6.4). */
function isForVoice(channels: unknown): boolean {
  if (!Array.isArray(channels) || channels.length === 0) return true;
  return channels.some((entry) => isJsonObject(entry) && entry['channel'] === 'voice_telephony');
}

function readContext(value: unknown, sentContext: JsonObject, problems: string[]): JsonObject {
  if (isJsonObject(value)) return value;
  if (isPresent(value)) problems.push(`"context" is ${nameType(value)}, not an object; the last one is kept.`);
  return sentContext;
}

function isDeeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
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
