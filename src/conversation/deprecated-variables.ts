/**
 * The old way to command (specification §5.4): state variables of a reply without action tags, as the actions they became.
 * `vgwHangUp` is read in read-reply.ts, because it also goes with action tags.
 */
import { isJsonObject, type Json, type JsonObject } from '../kit/index.ts';
import { stepsOf } from './action-catalogue.ts';
import type { ReplyStep } from './contract.ts';
import { isPresent } from './reply-values.ts';
import { isYes } from './state-variables.ts';

/** Of each pair: the action for `Yes`, the action for anything else that is said. */
const switches: Readonly<Record<string, readonly [string, string]>> = {
  vgwPauseSTT: ['vgwActPauseSTT', 'vgwActUnPauseSTT'],
  vgwAllowBargeIn: ['vgwActEnableSpeechBargeIn', 'vgwActDisableSpeechBargeIn'],
  vgwAllowDTMF: ['vgwActUnPauseDTMF', 'vgwActPauseDTMF'],
};

/** Objects that are the parameters of an action; they come back on every turn, so only a change counts. */
const configurations: Readonly<Record<string, string>> = {
  vgwSTTConfigSettings: 'vgwActSetSTTConfig',
  vgwTTSConfigSettings: 'vgwActSetTTSConfig',
  vgwConversationConfigSettings: 'vgwActSetConversationConfig',
};

/** Without a counterpart; said when it is set or changed. */
const meaningless: readonly string[] = ['vgwPreResponseTimeoutCount'];

/** The steps before and after the text of the reply. `sent` is the context that the reply answers. */
export function readDeprecatedVariables(
  context: JsonObject,
  sent: JsonObject,
  problems: string[],
): { readonly before: readonly ReplyStep[]; readonly after: readonly ReplyStep[] } {
  const steps = (command: string, parameters: JsonObject = {}): readonly ReplyStep[] =>
    stepsOf({ command, parameters }, { nodeTexts: [], isAlone: false, problems }) ?? [];
  const isNew = (name: string): boolean => isGiven(context[name]) && !isSameJson(context[name], sent[name]);
  const before: ReplyStep[] = [];
  for (const [name, [yes, no]] of Object.entries(switches)) {
    if (isGiven(context[name])) before.push(...steps(isYes(context[name]) ? yes : no));
  }
  for (const [name, command] of Object.entries(configurations)) {
    const value = context[name];
    if (isNew(name) && isJsonObject(value)) before.push(...steps(command, value));
  }
  for (const name of meaningless) if (isNew(name)) problems.push(`${name} is not supported and was ignored.`);
  const after: ReplyStep[] = [];
  const { vgwMusicOnHoldURL: url } = context;
  if (isGiven(url)) after.push(...steps('vgwActPlayUrl', { url: url ?? '', playURLInLoop: 'Yes' }));
  if (isYes(context['vgwForceNoInputTurn'])) after.push(...steps('vgwActForceNoInputTurn'));
  return { before, after };
}

function isGiven(value: Json | undefined): boolean {
  return isPresent(value) && value !== '';
}

function isSameJson(one: Json | undefined, other: Json | undefined): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
