/** A call told line by line in a terminal: states, who said what, when, and how fast the bot answered. */
import { type CallEvent, latencyParts, type TurnReport } from '../../call/index.ts';
import { createLines, type Style, type TerminalOptions } from '../terminal-lines.ts';

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
    line(atMs, 'bot', 'cyan', `“${turn.spoken ?? ''}”`);
    if (turn.cause.type === 'start') {
      if (answeredAtMs !== undefined)
        line(atMs, '', 'dim', '', `first audio ${ms(atMs - answeredAtMs)} after the answer`);
      return;
    }
    if (turn.cause.type !== 'speech') return;
    const parts = latencyParts(turn).map(({ name, durationMs }) => `${name} ${ms(durationMs)}`);
    line(
      atMs,
      '',
      'dim',
      '',
      `answered ${ms(atMs - turn.cause.heard.lastVoiceAtMs)} after the last voice: ${parts.join(' + ')}`,
    );
  }

  return {
    onEvent(event) {
      switch (event.type) {
        case 'call.accepted':
          line(event.atMs, 'call', 'bold', `accepted for ${event.to}`);
          return;
        case 'call.started':
          line(event.atMs, 'call', 'bold', 'started', 'INVITE sent');
          return;
        case 'call.ringing':
          line(event.atMs, 'call', 'bold', 'ringing');
          return;
        case 'call.answered':
          answeredAtMs = event.atMs;
          line(event.atMs, 'call', ['bold', 'green'], 'active', '200 OK');
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
          const style: Style = state === 'failed' ? ['bold', 'red'] : 'bold';
          line(event.atMs, 'call', style, state, failureReason ?? `by the ${endedBy}`);
          return;
        }
        case 'turn.spoken':
          onSpoken(event.turn);
          return;
        case 'turn.interrupted':
          line(event.atMs, 'bot', 'cyan', '', 'interrupted by the callee');
          return;
        case 'turn.failed':
          line(event.atMs, 'bot', 'red', event.turn.error?.message ?? 'no answer');
          return;
        case 'voice.understood':
          if (event.text !== '') line(event.atMs, 'heard', 'yellow', `“${event.text}”`, asideOf(event));
          return;
        case 'turn.asked':
          if (event.turn.cause.type === 'silence') line(event.atMs, 'silence', 'dim', 'nobody spoke: the bot is told');
          return;
        case 'call.warning':
          line(event.atMs, 'warning', 'yellow', event.message);
          return;
        case 'transfer.started':
          line(event.atMs, 'call', 'bold', 'transfer', event.method);
          return;
        case 'transfer.consulted':
          line(event.atMs, 'call', 'dim', 'the target answered');
          return;
        case 'transfer.over':
          line(event.atMs, 'call', 'bold', event.outcome, event.reason);
          return;
        case 'key.pressed':
          line(event.atMs, 'key', 'yellow', event.digit);
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
      line(atMs, who, 'magenta', text);
    },
  };
}

function asideOf({ confidence, isEcho }: Extract<CallEvent, { type: 'voice.understood' }>): string {
  return `confidence ${confidence.toFixed(2)}${isEcho === true ? ', an echo' : ''}`;
}

function ms(durationMs: number): string {
  return `${Math.round(durationMs)} ms`;
}
