import type { TurnReport } from './call-state.ts';

/** Where the time between the callee's last voice and the bot's first audio went; the parts add up to the whole. */
export function latencyParts(turn: TurnReport): readonly { readonly name: string; readonly durationMs: number }[] {
  if (turn.cause.type !== 'speech' || turn.firstAudioAtMs === undefined || turn.repliedAtMs === undefined) return [];
  const { heard } = turn.cause;
  const { askedAtMs, repliedAtMs, firstSamplesAtMs = turn.firstAudioAtMs } = turn;
  // A bot that was asked ahead of the words, and a voice that was ready before, cost nothing: waits follow one another.
  const moments = [heard.finalAtMs, askedAtMs, repliedAtMs, firstSamplesAtMs, turn.firstAudioAtMs];
  let latestMs = -Infinity;
  const [finalMs = 0, askedMs = 0, repliedMs = 0, voiceMs = 0, audioMs = 0] = moments.map(
    (atMs) => (latestMs = Math.max(latestMs, atMs)),
  );
  return [
    { name: 'end of speech', durationMs: heard.speechEndedAtMs - heard.lastVoiceAtMs },
    { name: 'words', durationMs: heard.finalAtMs - heard.speechEndedAtMs },
    { name: 'gateway', durationMs: askedMs - finalMs },
    { name: 'bot', durationMs: repliedMs - askedMs },
    { name: 'voice', durationMs: voiceMs - repliedMs },
    { name: 'packet', durationMs: audioMs - voiceMs },
  ];
}
