/** The actions a bot may ask for (specification §6.2), by their command in lower case, and the steps they become. */
import type { JsonObject } from '../kit/index.ts';
import type { ReplyStep, Saying, SwitchName } from './contract.ts';
import { forEcho, readBotChange } from './bot-change.ts';
import type { Action } from './read-action.ts';
import { readDigitRule } from './read-digit-rule.ts';
import { readSendDtmf, readSendSipInfo, readSendSms } from './read-errands.ts';
import { readOptionConfig } from './read-option-list.ts';
import { readSayings } from './read-sayings.ts';
import { isSpeechAction, readExpectedAnswers, readSpeechAction } from './read-speech-action.ts';
import { readHeaders, readTransfer } from './read-transfer.ts';
import { isHttpUrl, isPresent, quote, readFlag } from './reply-values.ts';
import type { StepList } from './step-list.ts';

/** Where an action stands. */
interface Place {
  readonly nodeTexts: readonly Saying[];
  /** A `vgwAction`: the node's text belongs to it. Not so in a sequence. */
  readonly isAlone: boolean;
  readonly problems: string[];
}

const switches: Readonly<Record<string, readonly [SwitchName, 'on' | 'off']>> = {
  vgwactenablespeechbargein: ['speech-barge-in', 'on'],
  vgwactdisablespeechbargein: ['speech-barge-in', 'off'],
  vgwactenabledtmfbargein: ['digit-barge-in', 'on'],
  vgwactdisabledtmfbargein: ['digit-barge-in', 'off'],
  vgwactunpausestt: ['speech', 'on'],
  vgwactpausestt: ['speech', 'off'],
  vgwactunpausedtmf: ['digits', 'on'],
  vgwactpausedtmf: ['digits', 'off'],
  vgwactenablesttduringplayback: ['speech-during-playback', 'on'],
  vgwactdisablesttduringplayback: ['speech-during-playback', 'off'],
};

/**
 * Adds the steps of an action. Alone, it is followed by the node's text (§6.1); the text comes first where nothing can
 * follow the action: before a hang-up, a transfer, a forced turn and a loop.
 */
export function carryInto(steps: StepList, action: Action, place: Place): void {
  const own = stepsOf(action, place);
  const nodeTexts = place.isAlone ? place.nodeTexts : [];
  const isLast = own?.some(isEnding) ?? false;
  if (isLast) steps.say(nodeTexts);
  const firstStep = steps.length;
  const name = action.command.toLowerCase();
  if (name === 'vgwactexcludefromttscache') steps.excludeFromCache();
  if (name === 'vgwactsetsttconfig') steps.expect(readExpectedAnswers(action.parameters, place.problems));
  for (const step of own ?? []) {
    if (step.type === 'say') steps.say([step]);
    else steps.add(step);
  }
  const { command } = action;
  const parameters = forEcho(action.parameters);
  if (own !== undefined) steps.addAction({ command, parameters, firstStep, endStep: steps.length });
  const isSaid = own?.length === nodeTexts.length && own.every((step, i) => isSaying(step, nodeTexts[i]));
  if (!isLast && !isSaid) steps.say(nodeTexts);
}

/** Undefined when the action cannot be carried out, which has then been said. */
export function stepsOf(
  { command, parameters }: Action,
  { nodeTexts, problems }: Place,
): readonly ReplyStep[] | undefined {
  const name = command.toLowerCase();
  const change = Object.hasOwn(switches, name) ? switches[name] : undefined;
  if (change !== undefined) return [{ type: 'switch', name: change[0], isOn: change[1] === 'on' }];
  if (isSpeechAction(name)) return readSpeechAction(name, parameters, problems);
  switch (name) {
    case 'vgwactplaytext':
      return readPlayText(parameters, nodeTexts, problems);
    // Of all texts of the reply (carryInto).
    case 'vgwactexcludefromttscache':
      return [];
    case 'vgwactplayurl':
      return readPlayUrl(parameters, problems);
    case 'vgwactcollectdtmf': {
      const rule = readDigitRule(parameters, problems);
      return rule === undefined ? undefined : [{ type: 'collect-digits', rule }];
    }
    case 'vgwactsetconversationconfig': {
      const change = readBotChange(parameters, problems);
      return change === undefined ? undefined : [change];
    }
    case 'vgwactsenddtmf':
      return oneStep(readSendDtmf(parameters, problems));
    case 'vgwactsendsipinfo':
      return oneStep(readSendSipInfo(parameters, problems));
    case 'vgwactsendsms':
      return oneStep(readSendSms(parameters, problems));
    case 'vgwactaddcustomcdrdata':
      return [{ type: 'add-call-data', data: parameters }];
    case 'vgwactenabletranscriptionreport':
      return [{ type: 'report-transcription', isOn: true }];
    case 'vgwactdisabletranscriptionreport':
      return [{ type: 'report-transcription', isOn: false }];
    case 'vgwactsetoptionsconfig':
      return oneStep(readOptionConfig(command, 'option', parameters, problems));
    case 'vgwactsetdisambiguationconfig':
      return oneStep(readOptionConfig(command, 'suggestion', parameters, problems));
    case 'vgwactforcenoinputturn':
      return [{ type: 'force-turn' }];
    case 'vgwacttransfer': {
      const order = readTransfer(parameters, problems);
      return order === undefined ? undefined : [{ type: 'transfer', order }];
    }
    case 'vgwacthangup': {
      const headers = readHeaders(parameters['headers'], 'The headers of vgwActHangup', problems);
      return [{ type: 'hang-up', ...(headers.length === 0 ? {} : { headers }) }];
    }
    default:
      problems.push(`${quote(command)} is not supported and was skipped.`);
      return undefined;
  }
}

function readPlayText(
  { text, selection_policy: policy, errAudioURL }: JsonObject,
  nodeTexts: readonly Saying[],
  problems: string[],
): readonly Saying[] {
  const isUsable = isHttpUrl(errAudioURL);
  if (isPresent(errAudioURL) && !isUsable) problems.push('errAudioURL was ignored: it is not an http or https URL.');
  const sayings = isPresent(text) ? readSayings(text ?? '', policy, 'the text of vgwActPlayText', problems) : nodeTexts;
  return isUsable ? sayings.map((saying) => ({ ...saying, fallbackAudioUrl: errAudioURL })) : sayings;
}

function oneStep(step: ReplyStep | undefined): readonly ReplyStep[] | undefined {
  return step === undefined ? undefined : [step];
}

function readPlayUrl(parameters: JsonObject, problems: string[]): readonly ReplyStep[] | undefined {
  const { url, playURLInLoop: loop } = parameters;
  if (!isHttpUrl(url)) {
    problems.push('vgwActPlayUrl was skipped: its url is not an http or https URL of at most 2048 characters.');
    return undefined;
  }
  return [{ type: 'play-audio', url, isLooping: readFlag(loop, 'playURLInLoop', problems) }];
}

/** Nothing of the reply is spoken behind it. */
function isEnding(step: ReplyStep): boolean {
  return step.type === 'hang-up' || step.type === 'transfer' || step.type === 'force-turn' || isLoop(step);
}

function isLoop(step: ReplyStep): boolean {
  return step.type === 'play-audio' && step.isLooping;
}

function isSaying(step: ReplyStep, saying: Saying | undefined): boolean {
  return step.type === 'say' && step.text === saying?.text;
}
