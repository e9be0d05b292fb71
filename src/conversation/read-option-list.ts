/** Response types `option` and `suggestion`, and the two actions that configure them (specification §6.2, §6.3). */
import { isJsonObject, type Json, type JsonObject } from '../kit/index.ts';
import type { Errand, OptionList, Saying } from './contract.ts';
import { readOutOptions } from './option-list.ts';
import { isPresent, nameType, readFlag, readTexts } from './reply-values.ts';

const mostOptions = 50;
const longestPrefix = 200;

/** The list as a saying; undefined when nothing can be offered, which has then been said. */
export function readOptionList(
  item: JsonObject,
  kind: OptionList['kind'],
  where: string,
  problems: string[],
): Saying[] {
  const listed = item[kind === 'option' ? 'options' : 'suggestions'];
  const title = typeof item['title'] === 'string' ? item['title'] : '';
  if (!Array.isArray(listed)) {
    problems.push(`${where} has no list of ${kind}s.`);
    return title.trim() === '' ? [] : [{ type: 'say', text: title }];
  }
  if (listed.length > mostOptions) {
    problems.push(`${where} has ${listed.length} ${kind}s; only the first ${mostOptions} are offered.`);
  }
  const options = listed.slice(0, mostOptions).flatMap((entry: Json, index) => {
    const option = readOption(entry);
    if (option === undefined) problems.push(`${where}: ${kind} ${index + 1} has no label and was left out.`);
    return option ?? [];
  });
  const optionList = { kind, title, options };
  const text = readOutOptions(optionList);
  return text === '' ? [] : [{ type: 'say', text, ...(options.length === 0 ? {} : { optionList }) }];
}

/** Without an input of its own, the label is the input. */
function readOption(entry: Json): OptionList['options'][number] | undefined {
  if (!isJsonObject(entry) || typeof entry['label'] !== 'string' || entry['label'].trim() === '') return undefined;
  const { label, value } = entry;
  const input = isJsonObject(value) ? value['input'] : undefined;
  return { label, input: isJsonObject(input) && typeof input['text'] === 'string' ? input : { text: label } };
}

/** Sticky for the call: what is not given is the default again. */
export function readOptionConfig(
  command: string,
  kind: OptionList['kind'],
  parameters: JsonObject,
  problems: string[],
): Errand | undefined {
  const { prefixText, matchWord } = parameters;
  if (isPresent(prefixText) && (typeof prefixText !== 'string' || prefixText.length > longestPrefix)) {
    problems.push(`${command} was skipped: prefixText is not a text of at most ${longestPrefix} characters.`);
    return undefined;
  }
  if (isPresent(matchWord) && !Array.isArray(matchWord)) {
    problems.push(`${command} was skipped: matchWord is ${nameType(matchWord)}, not a list.`);
    return undefined;
  }
  return {
    type: 'configure-options',
    kind,
    config: {
      ...(typeof prefixText === 'string' ? { prefixText } : {}),
      ...(Array.isArray(matchWord) ? { matchWords: readTexts(matchWord, `matchWord of ${command}`, problems) } : {}),
      hearsSpeech: !readFlag(parameters['disableSpeech'], 'disableSpeech', problems),
    },
  };
}
