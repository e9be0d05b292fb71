/** The parameters of `vgwActCollectDTMF` (specification §6.2, limits of §6.4). */
import type { JsonObject } from '../kit/index.ts';
import type { DigitRule } from './contract.ts';
import { isPresent, readFlag, readWhole } from './reply-values.ts';

const mostDigits = 100;
const longestTimeoutMs = 100_000;

/** Undefined when no rule can be made of them, which has then been said: an end that is not clear is no end. */
export function readDigitRule(parameters: JsonObject, problems: string[]): DigitRule | undefined {
  const refuse = (reason: string): undefined => {
    problems.push(`vgwActCollectDTMF was skipped: ${reason}.`);
  };
  const { dtmfTermKey: termKey } = parameters;
  if (isPresent(termKey) && !isKey(termKey)) return refuse('dtmfTermKey is not one of 0 to 9, *, #, A to D');
  const count = readLimit(parameters, 'dtmfCount', mostDigits);
  const least = readLimit(parameters, 'dtmfMinCount', mostDigits);
  const most = readLimit(parameters, 'dtmfMaxCount', mostDigits);
  const timeout = readLimit(parameters, 'dtmfInterDigitTimeoutCount', longestTimeoutMs);
  for (const limit of [count, least, most, timeout]) {
    if (limit.fault !== undefined) return refuse(limit.fault);
  }
  const maxCount = count.value ?? most.value;
  const minCount = count.value === undefined ? least.value : undefined;
  if (maxCount === undefined && !isPresent(termKey)) {
    return refuse('it needs dtmfTermKey, dtmfCount, or dtmfMinCount and dtmfMaxCount');
  }
  if (minCount !== undefined && maxCount !== undefined && minCount > maxCount) {
    return refuse('dtmfMinCount is greater than dtmfMaxCount');
  }
  return {
    ...(isKey(termKey) ? { termKey: String(termKey).toUpperCase() } : {}),
    ...(minCount === undefined ? {} : { minCount }),
    ...(maxCount === undefined ? {} : { maxCount }),
    ...(timeout.value === undefined ? {} : { interDigitTimeoutMs: timeout.value }),
    ignoresSpeech: readFlag(parameters['dtmfIgnoreSpeech'], 'dtmfIgnoreSpeech', problems),
    pausesAfter: readFlag(parameters['dtmfPauseAfterCollection'], 'dtmfPauseAfterCollection', problems),
  };
}

function isKey(value: unknown): value is string | number {
  return (typeof value === 'string' || typeof value === 'number') && /^[0-9*#A-D]$/i.test(String(value));
}

function readLimit(
  parameters: JsonObject,
  name: string,
  most: number,
): { readonly value?: number; readonly fault?: string } {
  const given = parameters[name];
  if (!isPresent(given)) return {};
  const value = readWhole(given);
  return value === undefined || value < 1 || value > most ? { fault: `${name} is not 1 to ${most}` } : { value };
}
