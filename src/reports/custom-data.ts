/** Data that the bot puts into the record of a call (specification §5.5). */
import { isJsonObject, type Json, type JsonObject } from '../kit/index.ts';

/** What is kept beside the record of one call, as JSON text; what would go beyond is left out. */
const maxLength = 16_384;

/** What a context brings: `integrations.voice_telephony.cdr_custom_data`, undefined when it has none. */
export function customDataIn(context: JsonObject): JsonObject | undefined {
  const integrations = context['integrations'];
  const telephony = isJsonObject(integrations) ? integrations['voice_telephony'] : undefined;
  const data = isJsonObject(telephony) ? telephony['cdr_custom_data'] : undefined;
  return isJsonObject(data) ? data : undefined;
}

/** Laid over what there was, key by key; a key with an empty value (null, '', {}, []) is removed. */
export function mergeCustomData(known: JsonObject, given: JsonObject): JsonObject {
  let merged: JsonObject = known;
  for (const [key, value] of Object.entries(given)) {
    const others = Object.entries(merged).filter(([name]) => name !== key);
    const next: JsonObject = Object.fromEntries(isEmpty(value) ? others : [...others, [key, value]]);
    if (JSON.stringify(next).length <= maxLength) merged = next;
  }
  return merged;
}

function isEmpty(value: Json): boolean {
  if (value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
