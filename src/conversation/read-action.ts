import { isJsonObject, type JsonObject } from '../kit/index.ts';
import { isPresent, nameType, quote } from './reply-values.ts';

/** What a bot asks for, as it asks for it. */
export interface Action {
  readonly command: string;
  readonly parameters: JsonObject;
}

/** `{command, parameters?}` (specification §6.1). Undefined when it is none, which has then been said. */
export function readAction(value: unknown, where: string, problems: string[]): Action | undefined {
  if (!isJsonObject(value)) {
    problems.push(`${where} is ${nameType(value)}, not an object with a command.`);
    return undefined;
  }
  const { command, parameters } = value;
  if (typeof command !== 'string' || command.trim() === '') {
    problems.push(`${where} has no command.`);
    return undefined;
  }
  if (isPresent(parameters) && !isJsonObject(parameters)) {
    problems.push(`The parameters of ${quote(command)} are ${nameType(parameters)}, not an object.`);
  }
  return { command: command.trim(), parameters: isJsonObject(parameters) ? parameters : {} };
}
