/** A call told line by line in a terminal: states, who said what, when, and how fast the bot answered. */
import { type CallEvent, latencyParts, type TurnReport } from '../../call/index.ts';
import { createLines, type Style, styles, type TerminalOptions } from '../terminal-lines.ts';
import { printWait } from '../wait-text.ts';

export interface CallView {
  onEvent(event: CallEvent): void;
  /** A line of another party: the webhook receiver, the phone. */
  note(atMs: number, who: string, text: string): void;
}

export function createCallView(options: TerminalOptions): CallView {
  let answeredAtMs: number | undefined;
  const line = createLines(options);

  function onSpoken(turn: TurnReport): void {
    const atMs = turn.firstAudioAtMs ?? 0;
    line(atMs, 'bot', styles.bot, `“${turn.spoken ?? ''}”`);
    if (turn.cause.type === 'start') {
      if (answeredAtMs !== undefined)
        line(atMs, '', 'dim', '', `first audio ${ms(atMs - answeredAtMs)} after the answer`);
      return;
    }
    if (turn.cause.type !== 'speech') return;
    line(atMs, '', 'dim', '', printWait(latencyParts(turn)));
  }

  return {
    onEvent(event) {
      switch (event.type) {
        case 'call.accepted':
          line(event.atMs, 'call', styles.call, `accepted for ${event.to}`);
          return;
        case 'call.started':
          line(event.atMs, 'call', styles.call, 'started', 'INVITE sent');
          return;
        case 'call.ringing':
          line(event.atMs, 'call', styles.call, 'ringing');
          return;
        case 'call.answered':
          answeredAtMs = event.atMs;
          line(event.atMs, 'call', styles.good, 'active', '200 OK');
          return;
        case 'call.moved':
          line(event.atMs, 'call', 'dim', `goes on with somebody else (${event.how})`);
          return;
        case 'call.held':
        case 'call.resumed':
          line(event.atMs, 'call', 'dim', event.type === 'call.held' ? 'on hold' : 'taken up again');
          return;
        case 'call.over': {
          const { state, endedBy, failureReason } = event.end;
          const style: Style = state === 'failed' ? styles.bad : styles.call;
          line(event.atMs, 'call', style, state, failureReason ?? `by the ${endedBy}`);
          return;
        }
        case 'turn.spoken':
          onSpoken(event.turn);
          return;
        case 'turn.interrupted':
          line(event.atMs, 'bot', styles.bot, '', 'interrupted by the callee');
          return;
        case 'turn.failed':
          line(event.atMs, 'bot', styles.bad, event.turn.error?.message ?? 'no answer');
          return;
        case 'voice.understood':
          if (event.text !== '') line(event.atMs, 'heard', styles.callee, `“${event.text}”`, asideOf(event));
          return;
        case 'turn.asked':
          if (event.turn.cause.type === 'silence') line(event.atMs, 'silence', 'dim', 'nobody spoke: the bot is told');
          return;
        case 'call.warning':
          line(event.atMs, 'warning', styles.bad, event.message);
          return;
        case 'transfer.started':
          line(event.atMs, 'call', styles.call, 'transfer', event.method);
          return;
        case 'transfer.consulted':
          line(event.atMs, 'call', 'dim', 'the target answered');
          return;
        case 'transfer.over':
          line(event.atMs, 'call', styles.call, event.outcome, event.reason);
          return;
        case 'key.pressed':
          line(event.atMs, 'key', styles.callee, event.digit);
          return;
        case 'call.early-media':
          line(event.atMs, 'call', 'dim', `heard before the answer: ${event.category ?? event.sound}`);
          return;
        case 'call.fax':
        case 'call.hop-failed':
        case 'recording.failed':
        case 'command.taken':
        case 'turn.answered':
        case 'turn.finished':
        case 'turn.speculated':
        case 'voice.started':
        case 'media.closed':
          return;
        default:
          event satisfies never;
      }
    },
    note(atMs, who, text) {
      line(atMs, who, who === 'callee' ? styles.callee : styles.webhook, text);
    },
  };
}

function asideOf({ confidence, isEcho }: Extract<CallEvent, { type: 'voice.understood' }>): string {
  return `confidence ${confidence.toFixed(2)}${isEcho === true ? ', an echo' : ''}`;
}

function ms(durationMs: number): string {
  return `${Math.round(durationMs)} ms`;
}
