import { InvalidArgumentError, Option } from 'commander';
import { isJsonObject, type Json, readJsonText } from '../kit/index.ts';

/** What the request of a call brings for its bot. */
export function contextOption(): Option {
  return new Option('-c, --context <name=value or JSON>', 'state variables for the bot; may be repeated')
    .argParser(addContext)
    .default({}, 'none');
}

/** `name=value`, the value as text; or an object of JSON. */
function addContext(text: string, before: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
  if (text.trimStart().startsWith('{')) {
    const read = readJsonText(text);
    if (!read.ok) throw new InvalidArgumentError(`${read.error.reason}, in column ${read.error.place.column}`);
    if (isJsonObject(read.value.value)) return { ...before, ...read.value.value };
  }
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('name=value, or an object of JSON');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
