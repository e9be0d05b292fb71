/** What statistics count of a call: who waited how long for what. Numbers only, whatever may be told of the call. */
import { type CallFacts, measureLatency, type TurnLatency } from './call-record.ts';

/**
 * - `response`: the callee's last voice to the first packet of the answer; of it `recognition`, `bot` and `voice` (the
 *   record's `speakingMs`)
 * - `ring`, `answer`: acceptance of an outbound call to ringing and to the answer
 * - `talk`: answer to end
 */
export const waitNames = ['response', 'recognition', 'bot', 'voice', 'ring', 'answer', 'talk'] as const;
export type WaitName = (typeof waitNames)[number];

export interface FiguresOfCall {
  readonly isAnswered: boolean;
  readonly waitsMs: Readonly<Record<WaitName, readonly number[]>>;
}

export function callFigures(facts: CallFacts): FiguresOfCall {
  const { startedAtMs, ringingAtMs, answeredAtMs, stoppedAtMs, isInbound = false } = facts;
  const latencies = facts.turns.map((turn, index) => measureLatency(turn, index, answeredAtMs));
  const ofTurns = (name: Exclude<keyof TurnLatency, 'turn'>): readonly number[] =>
    latencies.flatMap((latency) => latency[name] ?? []);
  const dialled = (atMs: number | undefined): readonly number[] => (isInbound ? [] : since(startedAtMs, atMs));
  return {
    isAnswered: answeredAtMs !== undefined,
    waitsMs: {
      response: ofTurns('responseMs'),
      recognition: ofTurns('recognitionMs'),
      bot: ofTurns('botMs'),
      voice: ofTurns('speakingMs'),
      ring: dialled(ringingAtMs),
      answer: dialled(answeredAtMs),
      talk: answeredAtMs === undefined ? [] : [stoppedAtMs - answeredAtMs],
    },
  };
}

function since(fromMs: number, atMs: number | undefined): readonly number[] {
  return atMs === undefined ? [] : [atMs - fromMs];
}
