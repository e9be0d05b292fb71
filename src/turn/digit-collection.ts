/** A collection of keys (specification §9.3): it ends by its termination key, by their number, or by a time-out. */
import type { DigitRule } from '../conversation/index.ts';

export interface DigitCollection {
  readonly rule: DigitRule;
  readonly digits: string;
}

/** How a collection ended. What was collected is delivered in any case. */
export interface CollectedDigits {
  readonly digits: string;
  readonly isComplete: boolean;
}

/** Most keys of a collection whose rule sets no number. */
const mostDigits = 100;

/** One more key: the collection goes on, or is over. */
export function addDigit(
  { rule, digits }: DigitCollection,
  digit: string,
): { readonly goesOn: DigitCollection } | { readonly ended: CollectedDigits } {
  if (digit === rule.termKey) return { ended: { digits, isComplete: digits.length >= (rule.minCount ?? 1) } };
  const more = digits + digit;
  if (more.length < (rule.maxCount ?? mostDigits)) return { goesOn: { rule, digits: more } };
  return { ended: { digits: more, isComplete: rule.maxCount !== undefined } };
}

/** No key came in time. Only a rule with a least number can be satisfied by then. */
export function endByTimeout({ rule, digits }: DigitCollection): CollectedDigits {
  return { digits, isComplete: rule.minCount !== undefined && digits.length >= rule.minCount };
}
