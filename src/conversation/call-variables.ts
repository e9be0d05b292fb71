/** What a bot sets for the call by state variables in the context it returns (specification §5.4). */
import type { Json, JsonObject } from '../kit/index.ts';
import { readWhole } from './reply-values.ts';
import { readTransferVariables, type TransferVariables } from './transfer-variables.ts';

/** Absent where the bot sets nothing: then the tenant's value counts. */
export interface CallVariables extends TransferVariables {
  readonly responseTimeoutMs?: number;
  readonly finalUtteranceTimeoutMs?: number;
  readonly noInputLimit?: number;
  readonly conversationFailedMessage?: string;
  readonly conversationFailedAudioUrl?: string;
  readonly transferFailedAudioUrl?: string;
  /** Played for a text that cannot be spoken and has no audio of its own for that. */
  readonly errorAudioUrl?: string;
  /** How long the bot may take for an answer, on each attempt. */
  readonly botTimeoutMs?: number;
  /** So long without anybody's doing anything ends the call. */
  readonly inactivityTimeoutMs?: number;
}

const shortestTimeoutMs = 100;
const longestTimeoutMs = 3_600_000;
const greatestCount = 1000;
const longestMessage = 1000;
const longestUrl = 2048;
const longestBotTimeoutMs = 120_000;
const longestInactivityMinutes = 1440;

/**
 * Reads the variables of a context. A value that cannot be used counts as absent; it becomes a sentence in `problems`
 * only when it is not the one of `before`, because a context goes round and round.
 */
export function readCallVariables(
  context: JsonObject,
  before: JsonObject,
): { readonly variables: CallVariables; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const read = <T>(name: string, wanted: string, take: (value: Json) => T | undefined): T | undefined => {
    const value = context[name];
    if (value === undefined || value === null || value === '') return undefined;
    const taken = take(value);
    if (taken === undefined && value !== before[name]) problems.push(`${name} was ignored: it is not ${wanted}.`);
    return taken;
  };
  const range = (least: number, most: number) => (value: Json) => {
    const number = readWhole(value);
    return number !== undefined && number >= least && number <= most ? number : undefined;
  };
  const timeout = range(shortestTimeoutMs, longestTimeoutMs);
  // 0 switches off what is off without the variable.
  const orOff = (take: (value: Json) => number | undefined) => (value: Json) =>
    readWhole(value) === 0 ? 0 : take(value);
  const milliseconds = `${shortestTimeoutMs} to ${longestTimeoutMs} (ms)`;
  const responseTimeoutMs = read('vgwPostResponseTimeoutCount', milliseconds, timeout);
  const finalUtteranceTimeoutMs = read('vgwFinalUtteranceTimeout', milliseconds, orOff(timeout));
  const noInputLimit = read(
    'vgwDisconnectCallOnNoUserInputTurnCount',
    `a whole number up to ${greatestCount}`,
    orOff(range(1, greatestCount)),
  );
  const conversationFailedMessage = read(
    'vgwConversationFailedMessage',
    `a text of at most ${longestMessage} characters`,
    (value) => (typeof value === 'string' && value.length <= longestMessage ? value : undefined),
  );
  const conversationFailedAudioUrl = read('vgwConversationFailedAudioURL', 'an http or https URL', readAudioUrl);
  const transferFailedAudioUrl = read('vgwTransferFailedAudioURL', 'an http or https URL', readAudioUrl);
  const errorAudioUrl = read('vgwErrAudioURL', 'an http or https URL', readAudioUrl);
  const botTimeoutMs = read('vgwConversationResponseTimeout', `1 to ${longestBotTimeoutMs} (ms)`, readBotTimeout);
  const inactivityMinutes = read(
    'vgwSessionInactivityTimeout',
    `1 to ${longestInactivityMinutes} (minutes)`,
    range(1, longestInactivityMinutes),
  );
  return {
    variables: {
      ...readTransferVariables(context, before, problems),
      ...(responseTimeoutMs === undefined ? {} : { responseTimeoutMs }),
      ...(finalUtteranceTimeoutMs ? { finalUtteranceTimeoutMs } : {}),
      ...(noInputLimit ? { noInputLimit } : {}),
      ...(conversationFailedMessage === undefined ? {} : { conversationFailedMessage }),
      ...(conversationFailedAudioUrl === undefined ? {} : { conversationFailedAudioUrl }),
      ...(transferFailedAudioUrl === undefined ? {} : { transferFailedAudioUrl }),
      ...(errorAudioUrl === undefined ? {} : { errorAudioUrl }),
      ...(botTimeoutMs === undefined ? {} : { botTimeoutMs }),
      ...(inactivityMinutes === undefined ? {} : { inactivityTimeoutMs: inactivityMinutes * 60_000 }),
    },
    problems,
  };
}

function readAudioUrl(value: Json): string | undefined {
  return typeof value === 'string' && value.length <= longestUrl && /^https?:\/\/[^\s]+$/i.test(value)
    ? value
    : undefined;
}

/**
 * The original's documents disagree on the unit: seconds in the older ones, milliseconds in the newer ones. No bot answers
 * over a network within 99 ms, so a number below 100 is one of seconds.
 */
function readBotTimeout(value: Json): number | undefined {
  const number = readWhole(value);
  if (number === undefined || number < 1 || number > longestBotTimeoutMs) return undefined;
  return number < shortestTimeoutMs ? number * 1000 : number;
}
