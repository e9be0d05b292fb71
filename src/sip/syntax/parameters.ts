/** `;name=value` lists, as in Via, From, To, Contact and Route (RFC 3261 §25.1 generic-param). */
import { err, ok, type Result } from '../../kit/index.ts';
import { scanPlainValue, scanQuoted, scanToken, skipSpace, trimSpace } from './characters.ts';

export interface Parameter {
  /** As spelled. */
  readonly name: string;
  /** As spelled, quotes included; absent for a bare name. */
  readonly value?: string;
}

/** Reads parameters from `at` to the end of the text. The error is one phrase. */
export function parseParameters(text: string, at: number): Result<readonly Parameter[], string> {
  const parameters: Parameter[] = [];
  let position = skipSpace(text, at);
  while (position < text.length) {
    if (text.charCodeAt(position) !== 0x3b) return err(`something other than a parameter at offset ${position}`);
    const nameStart = skipSpace(text, position + 1);
    const nameEnd = scanToken(text, nameStart);
    if (nameEnd === nameStart) return err('an empty parameter');
    const name = text.slice(nameStart, nameEnd);
    position = skipSpace(text, nameEnd);
    if (text.charCodeAt(position) !== 0x3d) {
      parameters.push({ name });
      continue;
    }
    const valueStart = skipSpace(text, position + 1);
    const isQuoted = text.charCodeAt(valueStart) === 0x22;
    const valueEnd = isQuoted ? scanQuoted(text, valueStart) : scanPlainValue(text, valueStart);
    if (valueEnd === -1) return err(`an unclosed quote in parameter ${name}`);
    if (valueEnd === valueStart) return err(`parameter ${name} has "=" and no value`);
    parameters.push({ name, value: text.slice(valueStart, valueEnd) });
    position = skipSpace(text, valueEnd);
  }
  return ok(parameters);
}

/** What stands before the first semicolon, without space around it, and the parameters behind. The error is one phrase. */
export function parseWithParameters(
  text: string,
): Result<{ readonly value: string; readonly parameters: readonly Parameter[] }, string> {
  const semicolon = text.indexOf(';');
  const end = semicolon === -1 ? text.length : semicolon;
  const parameters = parseParameters(text, end);
  return parameters.ok ? ok({ value: trimSpace(text.slice(0, end)), parameters: parameters.value }) : parameters;
}

export function printParameters(parameters: readonly Parameter[]): string {
  let text = '';
  for (const { name, value } of parameters) text += value === undefined ? `;${name}` : `;${name}=${value}`;
  return text;
}

/** The parameter of this lower-case name, however it was spelled. */
export function findParameter(parameters: readonly Parameter[], name: string): Parameter | undefined {
  for (const parameter of parameters) {
    if (parameter.name === name || parameter.name.toLowerCase() === name) return parameter;
  }
  return undefined;
}
