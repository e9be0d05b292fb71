/**
 * What the callee is expected to say next, as a bot writes it: a list of texts, each a phrase or the name of a grammar that
 * needs no list, as VoiceXML 2.0 (appendix P) names them: `builtin:boolean`, `builtin:digits?minlength=4;maxlength=6`,
 * `builtin:date`. The others of the appendix are left out: they are said well enough without expectation.
 */
import type { Json } from '../kit/index.ts';
import { type ExpectedSpeech, expectedLimits } from '../speech/index.ts';
import { isPresent, nameType, quote } from './reply-values.ts';

const { phrases: mostPhrases, phraseCharacters: longestPhrase, digits: mostSpokenDigits } = expectedLimits;

/** What is said for yes and no; the bot gets the words that were said. */
const yesAndNo =
  'yes,no,yeah,yep,nope,yes please,no thanks,no thank you,sure,okay,of course,correct,right,that is right,not really,no way'.split(
    ',',
  );

/** Undefined when nothing is expected; what cannot be used has then been said. */
export function readExpected(value: Json | undefined, where: string, problems: string[]): ExpectedSpeech | undefined {
  if (!isPresent(value)) return undefined;
  const items = Array.isArray(value) ? value : [value];
  const found: ExpectedSpeech[] = [];
  for (const item of items.slice(0, mostPhrases)) {
    const expected = readItem(item, where, problems);
    if (expected !== undefined) found.push(expected);
  }
  if (items.length > mostPhrases) {
    problems.push(`${where} has ${items.length} texts; only the first ${mostPhrases} are expected.`);
  }
  if (found.length === 0) return undefined;
  const digits = found.findLast((each) => each.digits !== undefined)?.digits;
  return {
    phrases: found.flatMap(({ phrases }) => phrases),
    ...(digits === undefined ? {} : { digits }),
    ...(found.some(({ dates }) => dates === true) ? { dates: true } : {}),
  };
}

/** Undefined for what cannot be expected; then that has been said. */
function readItem(item: Json | undefined, where: string, problems: string[]): ExpectedSpeech | undefined {
  if (typeof item !== 'string') {
    problems.push(`${where} holds ${nameType(item)}, which is no text and was left out.`);
    return undefined;
  }
  if (/^builtin:/i.test(item)) {
    const builtin = readBuiltin(item);
    if (builtin === undefined) problems.push(`${where} names ${quote(item)}, which is not known and was left out.`);
    return builtin;
  }
  if (item.length <= longestPhrase) return item.trim() === '' ? undefined : { phrases: [item.trim()] };
  problems.push(`${where} holds a text over ${longestPhrase} characters, which was left out.`);
  return undefined;
}

function readBuiltin(name: string): ExpectedSpeech | undefined {
  const [, type = '', query = ''] = /^builtin:(?:(?:grammar|speech)\/)?([a-z]+)(?:\?(.*))?$/i.exec(name) ?? [];
  switch (type.toLowerCase()) {
    case 'boolean':
      return { phrases: yesAndNo };
    case 'date':
      return { phrases: [], dates: true };
    case 'digits': {
      const given = new Map(query.split(/[;&]/).map((part) => [part.split('=')[0] ?? '', Number(part.split('=')[1])]));
      const [length, least, most] = [given.get('length'), given.get('minlength'), given.get('maxlength')];
      const minCount = length ?? least ?? 1;
      const maxCount = Math.min(mostSpokenDigits, length ?? most ?? mostSpokenDigits);
      const isRange = Number.isInteger(minCount) && Number.isInteger(maxCount) && minCount >= 1 && minCount <= maxCount;
      return isRange ? { phrases: [], digits: { minCount, maxCount } } : undefined;
    }
    default:
      return undefined;
  }
}
