/** The parameters of `vgwActSetConversationConfig` (specification §4, §6.2). What they mean is the tenant's business. */
import { isJsonObject, isSecretName, type JsonObject } from '../kit/index.ts';
import type { ReplyStep } from './contract.ts';
import { isPresent } from './reply-values.ts';

/**
 * How a change is made, and for how long. The keys of a bot are flat, so to replace the given keys at the root and to
 * merge them is the same.
 */
const methods: Readonly<Record<string, 'call' | 'turn'>> = {
  replace: 'call',
  replaceonce: 'turn',
  merge: 'call',
  mergeonce: 'turn',
};

/** Undefined when it cannot be carried out, which has then been said. */
export function readBotChange(parameters: JsonObject, problems: string[]): ReplyStep | undefined {
  const { updateMethod, ...config } = parameters;
  const name = isPresent(updateMethod) ? updateMethod : 'replace';
  const key = typeof name === 'string' ? name.toLowerCase() : '';
  const lasts = Object.hasOwn(methods, key) ? methods[key] : undefined;
  if (lasts === undefined) {
    problems.push(
      'vgwActSetConversationConfig was skipped: updateMethod is not replace, replaceOnce, merge or mergeOnce.',
    );
    return undefined;
  }
  if (Object.keys(config).length === 0) {
    problems.push('vgwActSetConversationConfig was skipped: it sets nothing.');
    return undefined;
  }
  return { type: 'set-bot', config, isOnce: lasts === 'turn' };
}

/** Parameters as they are told in `vgwCompletedActions`, maybe to another bot than the one that gave them. */
export function forEcho(parameters: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      isSecretName(name) ? '***' : isJsonObject(value) ? forEcho(value) : value,
    ]),
  );
}
