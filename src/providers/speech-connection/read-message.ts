/** Messages in JSON, field by field: whatever stands there, reading it does not throw. */
import { isJsonObject, type Json, type JsonObject } from '../../kit/index.ts';

export function parseJson(text: string): Json | undefined {
  try {
    const json: Json = JSON.parse(text);
    return json;
  } catch {
    return undefined;
  }
}

/** The object that a message is, or undefined when it is something else. */
export function parseMessage(text: string): JsonObject | undefined {
  const json = parseJson(text);
  return isJsonObject(json) ? json : undefined;
}

export function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** 0 to 1; 0 for whatever is none. */
export function readConfidence(value: unknown): number {
  return typeof value === 'number' && value >= 0 && value <= 1 ? value : 0;
}
