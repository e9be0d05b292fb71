/**
 * The embedded bot: walks a dialog, one turn at a time. Where a call is in it stands in its context under `dialog`, so the
 * service keeps nothing between turns and any number of calls share it.
 */
import {
  type ConversationService,
  fillTemplate,
  gatewayTexts,
  type ReplyStep,
  type TurnReply,
} from '../../conversation/index.ts';
import { isJsonObject, type Json, type JsonObject, ok } from '../../kit/index.ts';
import { normalizeWords } from '../../speech/index.ts';
import type { Dialog, DialogStep, Exit } from './dialog.ts';
import { fixedTexts } from './fixed-texts.ts';
import { hasPhrase, isGreeting } from './phrases.ts';

/** After so many turns in a row without an answer the call is ended, whatever the dialog says: nobody is there. */
export const maxMissesInARow = 10;

export function createDialogService(dialog: Dialog): ConversationService {
  return {
    spec: 'conversation/1',
    name: `dialog-file ${dialog.fileName}`,
    fixedTexts: fixedTexts(dialog),
    async turn({ text, context }, signal, _onPart, watch) {
      signal.throwIfAborted();
      const told = watch?.onSent({ body: JSON.stringify({ text, context }), secrets: [] });
      const reply = nextTurn(dialog, text, context);
      told?.onEnd({ body: JSON.stringify({ steps: reply.steps, context: reply.context }) });
      return ok(reply);
    },
  };
}

/** Where a call is: the step that listens, how often it has asked, and how many turns in a row brought no answer. */
interface Place {
  readonly step: string;
  readonly asked: number;
  readonly misses: number;
  /** Whether "hello?" has already been met with the first question again. */
  readonly isGreeted: boolean;
}

type Listen = Extract<Exit, { type: 'listen' }>;

/** What the dialog makes of a text. Pure. */
export function nextTurn(dialog: Dialog, text: string, context: JsonObject): TurnReply {
  if (text === gatewayTexts.hangUp) return { steps: [], context, problems: [] };
  const place = readPlace(context);
  const step = place === undefined ? undefined : dialog.steps.get(place.step);
  if (place === undefined || step === undefined) return enter(dialog, dialog.start, context, 0);
  switch (step.exit.type) {
    case 'listen':
      return answerTo(dialog, place, step, step.exit, text, context);
    // The goodbye was said and the call is still there: a hang-up on the first turn of a call is not carried out.
    case 'hang-up':
      return { steps: [{ type: 'hang-up' }], context, problems: [] };
    case 'next':
      return enter(dialog, place.step, context, place.misses);
    default:
      return step.exit satisfies never;
  }
}

function answerTo(
  dialog: Dialog,
  place: Place,
  step: DialogStep,
  listen: Listen,
  text: string,
  context: JsonObject,
): TurnReply {
  const words = isGatewayText(text) ? '' : normalizeWords(text);
  const found = findAnswer(listen, words, text.trim());
  if (found !== undefined) {
    return enter(dialog, found.step, setVariables(step, context, { answer: found.answer, utterance: text.trim() }), 0);
  }
  if (isGreeting(words) && place.step === dialog.start && place.asked === 1 && !place.isGreeted) {
    return ask(listen, step.say, { ...place, isGreeted: true }, context);
  }
  const misses = place.misses + 1;
  if (misses >= maxMissesInARow) return { steps: [{ type: 'hang-up' }], context, problems: [] };
  if (place.asked < listen.max) {
    const repeated = listen.retry.length > 0 ? listen.retry : step.say;
    return ask(listen, repeated, { ...place, asked: place.asked + 1, misses }, context);
  }
  const target = isSilence(text) ? listen.silence : listen.otherwise;
  if (target === undefined) return { steps: [{ type: 'hang-up' }], context, problems: [] };
  return enter(dialog, target, context, misses);
}

/** The answer whose phrase has the most letters wins, so that "not sure" is not taken for "sure"; then the first listed. */
function findAnswer(
  listen: Listen,
  words: string,
  text: string,
): { readonly step: string; readonly answer: string } | undefined {
  if (words === '') return undefined;
  let best: { readonly step: string; readonly answer: string; readonly length: number } | undefined;
  for (const { phrases, step } of listen.answers) {
    for (const phrase of phrases) {
      if (phrase.words.length > (best?.length ?? 0) && hasPhrase(words, phrase.words)) {
        best = { step, answer: phrase.spelling, length: phrase.words.length };
      }
    }
  }
  return best ?? (listen.anything === undefined ? undefined : { step: listen.anything, answer: text });
}

/** Says a step and every further one that `next` leads to, up to one that listens or hangs up. */
function enter(dialog: Dialog, name: string, context: JsonObject, misses: number): TurnReply {
  const steps: ReplyStep[] = [];
  let expected: Pick<TurnReply, 'expected'> = {};
  let current = context;
  let at = name;
  for (let step = dialog.steps.get(at); step !== undefined; step = dialog.steps.get(at)) {
    if (step.exit.type !== 'listen') current = setVariables(step, current, {});
    steps.push(...say(step.say, current));
    if (step.exit.type === 'next') {
      at = step.exit.step;
      continue;
    }
    if (step.exit.type === 'hang-up') steps.push({ type: 'hang-up' });
    else expected = expectedIn(step.exit);
    break;
  }
  const place = { step: at, asked: 1, misses, isGreeted: false };
  return { steps, context: withPlace(current, place), ...expected, problems: [] };
}

function ask(listen: Listen, texts: readonly string[], place: Place, context: JsonObject): TurnReply {
  return { steps: say(texts, context), context: withPlace(context, place), ...expectedIn(listen), problems: [] };
}

/** The phrases that are listened for; a step that takes anything has none to look for. */
function expectedIn({ answers }: Listen): Pick<TurnReply, 'expected'> {
  const phrases = answers.flatMap((answer) => answer.phrases.map(({ spelling }) => spelling));
  return phrases.length === 0 ? {} : { expected: { phrases } };
}

function say(texts: readonly string[], context: JsonObject): ReplyStep[] {
  const filled = texts.map((text) => fillTemplate(text, context).trim());
  return filled.filter((text) => text !== '').map((text) => ({ type: 'say', text }));
}

function setVariables(step: DialogStep, context: JsonObject, heard: JsonObject): JsonObject {
  if (step.set.length === 0) return context;
  const values = { ...context, ...heard };
  const set = step.set.map(([name, value]): [string, Json] => [
    name,
    typeof value === 'string' ? fillTemplate(value, values) : value,
  ]);
  return { ...context, ...Object.fromEntries(set) };
}

/** The gateway's own texts are no words of the callee, whichever of them it is. */
function isGatewayText(text: string): boolean {
  return text.startsWith('vgw');
}

function isSilence(text: string): boolean {
  return text.trim() === '' || text === gatewayTexts.postResponseTimeout || text === gatewayTexts.noInputTurn;
}

function readPlace(context: JsonObject): Place | undefined {
  const place = Object.hasOwn(context, 'dialog') ? context['dialog'] : undefined;
  if (!isJsonObject(place)) return undefined;
  const { step, asked, misses, greeted } = place;
  if (typeof step !== 'string' || typeof asked !== 'number' || typeof misses !== 'number') return undefined;
  return { step, asked, misses, isGreeted: greeted === true };
}

function withPlace(context: JsonObject, place: Place): JsonObject {
  const { step, asked, misses, isGreeted } = place;
  return { ...context, dialog: { step, asked, misses, ...(isGreeted && { greeted: true }) } };
}
