/**
 * Sessions in which nothing happens end by themselves (`vgwSessionInactivityTimeout`, specification §5.4). Nothing happens
 * while the gateway listens and neither voice, word nor key comes; what the bot or a playback takes has limits of its own.
 */
import type { CallInput } from './call-machine.ts';
import type { CallState } from './call-state.ts';

/** The original's default. */
const usualTimeoutMs = 120_000;

/** Whether an input is a sign of life of the callee, the bot or the voice. */
export function isActivity(input: CallInput): boolean {
  switch (input.type) {
    case 'begin':
    case 'replied':
    case 'reply-part':
      return true;
    case 'leg':
      return input.event.type === 'answered';
    case 'media': {
      const { type } = input.event;
      return type === 'recognition' || type === 'digit' || type.startsWith('playback-');
    }
    case 'transfer-judged':
    case 'redirection-judged':
    case 'asked-anew':
    case 'warning':
    case 'text-message-failed':
    case 'deadline':
    case 'stop':
      return false;
    case 'command':
      return true;
    default:
      return input satisfies never;
  }
}

/** When the call ends for want of anything; undefined while there is something to wait for. */
export function inactivityDeadlineMs(state: CallState): number | undefined {
  const { turn, variables, activeAtMs, phase } = state;
  if (phase !== 'active' || turn.floor !== 'listening' || state.isHeld) return undefined;
  // Only what the bot asked for may come before the response timer.
  const timeoutMs = variables.inactivityTimeoutMs ?? Math.max(usualTimeoutMs, 2 * turn.settings.responseTimeoutMs);
  return activeAtMs + timeoutMs;
}
