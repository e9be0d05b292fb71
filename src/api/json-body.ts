/** The request body as text to JSON that is safe to hand on: bounded in depth, without hostile keys or characters. */
import { err, type GatewayError, gatewayError, type Json, ok, quoteName, type Result } from '../kit/index.ts';

/** Bytes of a body, nested objects and lists in it, and bytes of its context as JSON (promise A7). */
export const bodyLimits = { bodyBytes: 65_536, depth: 16, contextBytes: 16_384 } as const;

/** Keys that could reach a prototype when objects are copied. */
const refusedKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor']);

/** One pass over the text, JSON.parse, one pass over the value: linear time, no recursion. */
export function parseJsonBody(text: string): Result<Json, GatewayError> {
  if (depthOf(text) > bodyLimits.depth) {
    return err(gatewayError('request.too-large', `The body is nested deeper than ${bodyLimits.depth} levels.`));
  }
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed;
  const fault = findFault(parsed.value);
  return fault === undefined ? parsed : err(fault);
}

function parseJson(text: string): Result<Json, GatewayError> {
  try {
    const value: Json = JSON.parse(text);
    return ok(value);
  } catch (error) {
    const mended = mendDocumentedForm(text);
    if (mended !== undefined) return parseJson(mended);
    const position = /position (\d+)/.exec(String(error))?.[1];
    const where = position === undefined ? '' : ` (at position ${position})`;
    return err(gatewayError('request.malformed', `The body is not JSON${where}.`));
  }
}

/**
 * The original's documentation prints its curl example with the body in parentheses and a backslash at the end of each
 * line, which the shell hands on as they are. A body of exactly that form is read as the object it stands for.
 */
function mendDocumentedForm(text: string): string | undefined {
  const body = text.trim();
  if (!body.startsWith('(') || !body.endsWith(')')) return undefined;
  return `{${body.slice(1, -1).replaceAll(/\\[ \t]*\r?\n/g, '\n')}}`;
}

/** Deepest nesting of brackets outside of strings. Says nothing about text that is not JSON. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const letter = text[index];
    if (isInString) {
      if (letter === '\\') index += 1;
      else if (letter === '"') isInString = false;
    } else if (letter === '"') isInString = true;
    else if (letter === '[' || letter === '{') deepest = Math.max(deepest, (depth += 1));
    else if (letter === ']' || letter === '}') depth -= 1;
  }
  return deepest;
}

/** Walks every key and text. A line break or NUL anywhere is refused: any value may end up in a SIP or HTTP header. */
function findFault(root: Json): GatewayError | undefined {
  const waiting: { readonly value: Json; readonly path: string }[] = [{ value: root, path: '' }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, path } = next;
    if (typeof value === 'string' && canBreakHeader(value)) {
      return gatewayError('request.header-injection', `${path || 'The body'} holds a line break or a NUL.`);
    }
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      const innerPath = `${path}${path === '' ? '' : '.'}${/^\w{1,64}$/.test(key) ? key : quoteName(key)}`;
      if (canBreakHeader(key)) {
        return gatewayError('request.header-injection', `The key ${innerPath} holds a line break or a NUL.`);
      }
      if (refusedKeys.has(key)) return gatewayError('request.malformed', `The key ${innerPath} is not allowed.`);
      waiting.push({ value: inner, path: innerPath });
    }
  }
  return undefined;
}

function canBreakHeader(text: string): boolean {
  return text.includes('\r') || text.includes('\n') || text.includes('\0');
}
