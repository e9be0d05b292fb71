/** What the callee said or pressed, and what waits while the bot thinks. */

/** The words of one utterance and when they were said, on the monotonic clock. */
export interface Utterance {
  readonly text: string;
  readonly confidence: number;
  /** First voice, where the engine told of it. */
  readonly voiceOnsetAtMs?: number;
  readonly lastVoiceAtMs: number;
  readonly speechEndedAtMs: number;
  readonly finalAtMs: number;
}

export type Heard =
  | { readonly type: 'words'; readonly utterance: Utterance }
  | { readonly type: 'key'; readonly digit: string };

/** Inputs kept while the bot thinks. Beyond it words are joined, so that none is lost, and keys are dropped. */
const maxWaiting = 32;

export function keep(waiting: readonly Heard[], heard: Heard): readonly Heard[] {
  const last = waiting.at(-1);
  if (heard.type === 'words' && last?.type === 'words') {
    return [...waiting.slice(0, -1), { type: 'words', utterance: join(last.utterance, heard.utterance) }];
  }
  return waiting.length < maxWaiting ? [...waiting, heard] : waiting;
}

/** Two utterances as one: words in order, the lower confidence, the onset of the first, the other instants of the second. */
function join(first: Utterance, second: Utterance): Utterance {
  const { voiceOnsetAtMs = second.voiceOnsetAtMs } = first;
  return {
    ...second,
    ...(voiceOnsetAtMs === undefined ? {} : { voiceOnsetAtMs }),
    text: `${first.text.trim()} ${second.text.trim()}`,
    confidence: Math.min(first.confidence, second.confidence),
  };
}
