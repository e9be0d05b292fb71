/** The actions that change how a call hears and speaks (specification §6.2, update rules of §4). */
import type { Json, JsonObject } from '../kit/index.ts';
import type { ReplyStep, SpeechUpdate } from './contract.ts';
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
  const { updateMethod, ...config } = parameters;
  const method = isPresent(updateMethod) ? printed(updateMethod) : 'replace';
  const update = Object.hasOwn(updates, method.toLowerCase()) ? updates[method.toLowerCase()] : undefined;
  if (update === undefined) {
    const action = name === 'vgwactsetsttconfig' ? 'vgwActSetSTTConfig' : 'vgwActSetTTSConfig';
    problems.push(`${action} was skipped: there is no updateMethod ${quote(method)}.`);
    return undefined;
  }
  return [{ type: 'configure-speech', service: services[name], update, config }];
}

function printed(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
