/** Whether a demo call went as scripted, finding by finding. */
import type { CallEvent } from '../../call/index.ts';
import { wordErrorRate } from '../../testing/index.ts';
import type { StatusNotification } from './webhook-receiver.ts';

export interface DemoOutcome {
  /** What the callee said. */
  readonly lines: readonly string[];
  readonly events: readonly CallEvent[];
  readonly notifications: readonly StatusNotification[];
  readonly understoodByCallee: readonly string[];
  readonly recordText: string;
}

export interface Finding {
  readonly isGood: boolean;
  readonly text: string;
}

/** One word in five may be misheard: the voices are synthetic and the line is a telephone's. */
const highestErrorRate = 0.2;
const expectedStates = ['started', 'ringing', 'active', 'ended'];

export function judgeDemo(outcome: DemoOutcome): Finding[] {
  return [judgeStates(outcome), judgeCallee(outcome), judgeBot(outcome), judgeRecord(outcome)];
}

function judgeStates({ notifications }: DemoOutcome): Finding {
  const states = notifications.map(({ callState }) => callState);
  const isGood =
    states.join() === expectedStates.join() &&
    notifications.every(({ isAuthorized, failureReason }) => isAuthorized && failureReason === null);
  return { isGood, text: `the webhook was told, in order: ${states.join(', ')}` };
}

function judgeCallee({ lines, events }: DemoOutcome): Finding {
  const understood = events.flatMap((event) => (event.type === 'voice.understood' ? [event.text] : []));
  const rate = wordErrorRate(lines.join(' '), understood.join(' '));
  return {
    isGood: rate <= highestErrorRate,
    text: `the gateway understood the callee: ${percent(rate)} of the words wrong`,
  };
}

function judgeBot({ events, understoodByCallee }: DemoOutcome): Finding {
  const said = events.flatMap((event) => (event.type === 'turn.spoken' ? [event.turn.spoken ?? ''] : []));
  const rate = wordErrorRate(said.join(' '), understoodByCallee.join(' '));
  return {
    isGood: said.length > 0 && rate <= highestErrorRate,
    text: `the callee's phone understood the bot: ${percent(rate)} of the words wrong`,
  };
}

function judgeRecord({ recordText, lines }: DemoOutcome): Finding {
  const { outboundCall, endCode, turns } = JSON.parse(recordText) as {
    outboundCall?: unknown;
    endCode?: unknown;
    turns?: readonly { readonly request: { readonly type: string } }[];
  };
  const spoken = turns?.filter(({ request }) => request.type === 'speech_to_text').length ?? 0;
  return {
    isGood: outboundCall === true && endCode === 'completed.bot' && spoken === lines.length,
    text: `the record says ${String(endCode)} after ${spoken} turns of the callee`,
  };
}

function percent(rate: number): string {
  return `${Math.round(rate * 100)} %`;
}
