/**
 * Decides from a row of voice probabilities, one per 32 ms frame, where utterances begin and end. Pure: counts frames,
 * knows no clock. Frames are numbered from 0 in the order they are pushed.
 */
export const frameMs = 32;

/** Silence is below this part of the probability above which a frame can begin or resume an utterance; between, it changes nothing. */
const silenceShare = 0.7;
/** At no sensitivity is every sound a voice, or none. */
const [leastVoice, mostVoice] = [0.1, 0.95];
/** Voiced frames in a row that begin an utterance (96 ms: a click or a short beep is not speech). */
const startFrames = 3;
/** Silence after which the utterance is probably over and worth decoding ahead (256 ms). */
const pauseFrames = 8;
/** An utterance is cut at 15 s, at its least voiced frame of the last 2 s. */
const maxFrames = Math.floor(15_000 / frameMs);
const cutWindowFrames = Math.floor(2000 / frameMs);

export type EndpointDecision =
  /** Voice began at `onsetFrame`; `startFrames` frames later it is certain. */
  | { readonly type: 'started'; readonly onsetFrame: number }
  /** No voice for 256 ms: the utterance is probably over. Left out when the end comes as early. */
  | { readonly type: 'paused'; readonly lastVoiceFrame: number }
  /** Voice again after `paused`. */
  | { readonly type: 'resumed' }
  /** The utterance is over. `isCut`: it was too long and voice goes on; `started` follows with the next frame. */
  | { readonly type: 'ended'; readonly onsetFrame: number; readonly lastVoiceFrame: number; readonly isCut: boolean };

interface Utterance {
  readonly onsetFrame: number;
  lastVoiceFrame: number;
  silentFrames: number;
  isPaused: boolean;
  /** Where the cut would fall: the least voiced frame of the window before the cap. */
  quietestFrame: number;
  quietestProbability: number;
}

const none: readonly EndpointDecision[] = [];

export class Endpointer {
  readonly #endFrames: number;
  readonly #voiceAbove: number;
  #frame = 0;
  #voicedRun = 0;
  #utterance: Utterance | undefined;

  /** `endOfSpeechMs`: silence that ends an utterance, rounded up to whole frames. `sensitivity`: 0 to 1. */
  constructor(endOfSpeechMs: number, sensitivity = 0.5) {
    this.#voiceAbove = Math.min(mostVoice, Math.max(leastVoice, 1 - sensitivity));
    this.#endFrames = Math.max(1, Math.ceil(endOfSpeechMs / frameMs));
  }

  /** First frame of the utterance that is going on, if one is. */
  get onsetFrame(): number | undefined {
    return this.#utterance?.onsetFrame;
  }

  /** Judges the next frame. `probability` is 0 to 1; anything else counts as silence. */
  push(probability: number): readonly EndpointDecision[] {
    const frame = this.#frame++;
    return this.#utterance === undefined
      ? this.#pushQuiet(frame, probability)
      : this.#pushSpeaking(this.#utterance, frame, probability);
  }

  #pushQuiet(frame: number, probability: number): readonly EndpointDecision[] {
    this.#voicedRun = probability > this.#voiceAbove ? this.#voicedRun + 1 : 0;
    if (this.#voicedRun < startFrames) return none;
    this.#voicedRun = 0;
    const onsetFrame = frame - startFrames + 1;
    this.#utterance = beginUtterance(onsetFrame, frame);
    return [{ type: 'started', onsetFrame }];
  }

  #pushSpeaking(utterance: Utterance, frame: number, probability: number): readonly EndpointDecision[] {
    const length = frame - utterance.onsetFrame + 1;
    if (length > maxFrames - cutWindowFrames && !(probability > utterance.quietestProbability)) {
      utterance.quietestFrame = frame;
      utterance.quietestProbability = probability;
    }
    const voiceFrom = this.#voiceAbove * silenceShare;
    const isSilence = utterance.silentFrames > 0 ? !(probability > this.#voiceAbove) : !(probability >= voiceFrom);
    return isSilence ? this.#pushSilence(utterance, length) : this.#pushVoice(utterance, frame, length);
  }

  #pushVoice(utterance: Utterance, frame: number, length: number): readonly EndpointDecision[] {
    const decisions: EndpointDecision[] = utterance.isPaused ? [{ type: 'resumed' }] : [];
    utterance.isPaused = false;
    utterance.silentFrames = 0;
    utterance.lastVoiceFrame = frame;
    if (length >= maxFrames) decisions.push(...this.#cut(utterance, frame));
    return decisions;
  }

  #pushSilence(utterance: Utterance, length: number): readonly EndpointDecision[] {
    const { onsetFrame, lastVoiceFrame } = utterance;
    utterance.silentFrames += 1;
    if (utterance.silentFrames >= this.#endFrames || length >= maxFrames) {
      this.#utterance = undefined;
      return [{ type: 'ended', onsetFrame, lastVoiceFrame, isCut: false }];
    }
    if (utterance.silentFrames !== pauseFrames) return none;
    utterance.isPaused = true;
    return [{ type: 'paused', lastVoiceFrame }];
  }

  #cut(utterance: Utterance, frame: number): readonly EndpointDecision[] {
    const cutFrame = Math.min(utterance.quietestFrame, frame - 1);
    this.#utterance = beginUtterance(cutFrame + 1, frame);
    return [
      { type: 'ended', onsetFrame: utterance.onsetFrame, lastVoiceFrame: cutFrame, isCut: true },
      { type: 'started', onsetFrame: cutFrame + 1 },
    ];
  }
}

function beginUtterance(onsetFrame: number, lastVoiceFrame: number): Utterance {
  return {
    onsetFrame,
    lastVoiceFrame,
    silentFrames: 0,
    isPaused: false,
    quietestFrame: onsetFrame,
    quietestProbability: Number.POSITIVE_INFINITY,
  };
}
