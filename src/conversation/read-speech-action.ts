/** The actions that change how a call hears and speaks (specification §6.2, update rules of §4). */
import { isJsonObject, type Json, type JsonObject } from '../kit/index.ts';
import type { ExpectedSpeech } from '../speech/index.ts';
import type { ReplyStep, SpeechUpdate } from './contract.ts';
import { readExpected } from './read-expected.ts';
import { isPresent, quote } from './reply-values.ts';

const services = { vgwactsetsttconfig: 'stt', vgwactsetttsconfig: 'tts' } as const;
const updates: Readonly<Record<string, SpeechUpdate>> = {
  replace: 'replace',
  replaceonce: 'replace-once',
  merge: 'merge',
  mergeonce: 'merge-once',
};

export function isSpeechAction(name: string): name is keyof typeof services {
  return Object.hasOwn(services, name);
}

/** What the configuration holds is judged where it is applied. Undefined when it cannot be, which has then been said. */
export function readSpeechAction(
  name: keyof typeof services,
  parameters: JsonObject,
  problems: string[],
): readonly ReplyStep[] | undefined {
  const { updateMethod, ...given } = parameters;
  const config = services[name] === 'stt' ? withoutExpected(given) : given;
  // Nothing else is to change: recognition goes on as it is.
  if (Object.keys(config).length === 0 && Object.keys(given).length > 0) return [];
  const method = isPresent(updateMethod) ? printed(updateMethod) : 'replace';
  const update = Object.hasOwn(updates, method.toLowerCase()) ? updates[method.toLowerCase()] : undefined;
  if (update === undefined) {
    const action = name === 'vgwactsetsttconfig' ? 'vgwActSetSTTConfig' : 'vgwActSetTTSConfig';
    problems.push(`${action} was skipped: there is no updateMethod ${quote(method)}.`);
    return undefined;
  }
  return [{ type: 'configure-speech', service: services[name], update, config }];
}

/** `outdialExpected` of `config` or `broadbandConfig`: our own, beside the options of the service. */
export function readExpectedAnswers(parameters: JsonObject, problems: string[]): ExpectedSpeech | undefined {
  const where = `${expectedKey} of vgwActSetSTTConfig`;
  const [first] = configKeys.flatMap((key) => readExpected(memberOf(parameters[key]), where, problems) ?? []);
  return first;
}

const expectedKey = 'outdialExpected';
const configKeys = ['config', 'broadbandConfig'] as const;

function memberOf(config: Json | undefined): Json | undefined {
  return isJsonObject(config) && Object.hasOwn(config, expectedKey) ? config[expectedKey] : undefined;
}

/** Services know nothing of it, and what holds nothing else configures nothing. */
function withoutExpected(parameters: JsonObject): JsonObject {
  const entries = Object.entries(parameters).flatMap(([key, value]): [string, Json][] => {
    if (!configKeys.some((each) => each === key) || memberOf(value) === undefined) return [[key, value]];
    const rest = Object.entries(value as JsonObject).filter(([name]) => name !== expectedKey);
    return rest.length === 0 ? [] : [[key, Object.fromEntries(rest)]];
  });
  return Object.fromEntries(entries);
}

function printed(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
