/**
 * From a message response of the v1 shape to the steps of a turn (specification §5.1, §6.1, §6.2, §6.3).
 *
 * Here: `output.text`, text responses of `output.generic`, `output.vgwAction`, `output.vgwActionSequence` with
 * `vgwActPlayText` and `vgwActHangup`, and the deprecated `context.vgwHangUp`. Every other action and response type is
 * left out so far: it becomes a sentence in `problems` and the call goes on.
 */
import { err, type GatewayError, gatewayError, isJsonObject, type JsonObject, ok, type Result } from '../kit/index.ts';
import type { ReplyStep, TurnReply } from './contract.ts';
import { isYes } from './state-variables.ts';

/** What one reply may make the gateway speak, in UTF-16 units over all its texts. The rest is cut, and said. */
export const maxReplyCharacters = 10_000;
/** How many actions, texts or responses of one reply are read. The rest is ignored, and said. */
export const maxReplyItems = 100;
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
  return ok({ steps: steps.done(), context, problems });
}

/** Collects steps within the bounds; nothing follows a hang-up. */
class StepList {
  readonly #problems: string[];
  readonly #steps: ReplyStep[] = [];
  #charactersLeft = maxReplyCharacters;
  #isCut = false;
  #isHungUp = false;

  constructor(problems: string[]) {
    this.#problems = problems;
  }

  get isHungUp(): boolean {
    return this.#isHungUp;
  }

  say(texts: readonly string[]): void {
    for (const text of texts) {
      const kept = cutText(text, this.#charactersLeft);
      if (kept.length < text.length && !this.#isCut) {
        this.#isCut = true;
        this.#problems.push(`The texts of the reply are over ${maxReplyCharacters} characters; the rest is not said.`);
      }
      this.#charactersLeft -= kept.length;
      if (kept !== '') this.#steps.push({ type: 'say', text: kept });
    }
  }

  hangUp(): void {
    if (this.#isHungUp) return;
    this.#isHungUp = true;
    this.#steps.push({ type: 'hang-up' });
  }

  done(): readonly ReplyStep[] {
    return this.#steps;
  }
}

interface Action {
  readonly command: string;
  readonly parameters: JsonObject;
}

/** One action: the node's text is played too, after the action's own, and a hang-up waits for it (§6.1). */
function runSingleAction(value: unknown, nodeTexts: readonly string[], steps: StepList, problems: string[]): void {
  const action = readAction(value, 'vgwAction', problems);
  switch (action?.command.toLowerCase()) {
    case 'vgwactplaytext': {
      const own = readPlayText(action?.parameters ?? {}, nodeTexts, problems);
      steps.say(own);
      if (!isSameList(own, nodeTexts)) steps.say(nodeTexts);
      return;
    }
    case 'vgwacthangup':
      steps.say(nodeTexts);
      steps.hangUp();
      return;
    default:
      if (action !== undefined) problems.push(notSupported(action));
      steps.say(nodeTexts);
  }
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
    if (steps.isHungUp) {
      problems.push('Actions after vgwActHangup were ignored.');
      return;
    }
    const action = readAction(item, `vgwActionSequence[${index}]`, problems);
    switch (action?.command.toLowerCase()) {
      case undefined:
        break;
      case 'vgwactplaytext':
        steps.say(readPlayText(action?.parameters ?? {}, nodeTexts, problems));
        break;
      case 'vgwacthangup':
        steps.hangUp();
        break;
      default:
        if (action !== undefined) problems.push(notSupported(action));
    }
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

function readPlayText(parameters: JsonObject, nodeTexts: readonly string[], problems: string[]): readonly string[] {
  const { text } = parameters;
  return isPresent(text) ? readTexts(text, 'The text of vgwActPlayText', problems) : nodeTexts;
}

function readNodeTexts(output: JsonObject, problems: string[]): readonly string[] {
  const texts = isPresent(output['text']) ? readTexts(output['text'], 'output.text', problems) : [];
  const generic = isPresent(output['generic']) ? readGenericTexts(output['generic'], problems) : [];
  return texts.length > 0 ? texts : generic;
}

function readTexts(value: unknown, where: string, problems: string[]): readonly string[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const readable = items.slice(0, maxReplyItems);
  if (items.length > maxReplyItems) {
    problems.push(`${where} has ${items.length} texts; only the first ${maxReplyItems} are said.`);
  }
  const texts = readable.filter((item) => typeof item === 'string');
  if (texts.length < readable.length) problems.push(`${where} holds something that is not a string.`);
  return texts.filter((text) => text.trim() !== '');
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

function notSupported(action: Action): string {
  return `${quote(action.command)} is not supported and was skipped.`;
}

function badReply(message: string): Result<never, GatewayError> {
  return err(gatewayError('bot.bad-reply', message));
}

/** Never half a surrogate pair: the second half is dropped with the first. */
function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

function quote(text: string): string {
  return `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;
}

function nameType(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'missing';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isEmptyArray(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}
