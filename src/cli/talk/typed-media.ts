/** The media of a typed call: what the bot says is over as soon as it is printed, and what is typed counts as heard. */
import type { Clock } from '../../kit/index.ts';
import { type MediaCommand, type MediaEvent, type MediaPlane, noPackets } from '../../media/index.ts';

export class TypedMedia implements MediaPlane {
  readonly #clock: Clock;
  readonly #soon: (run: () => void) => void;
  #listener: (sessionId: string, event: MediaEvent) => void = () => undefined;
  #sessionId: string | undefined;
  #isListening = false;
  #loopId: string | undefined;

  /** `soon`: events never come inside the command that causes them. */
  constructor(clock: Clock, soon: (run: () => void) => void) {
    this.#clock = clock;
    this.#soon = soon;
  }

  /** Whether words would reach the bot now. */
  get isListening(): boolean {
    return this.#isListening;
  }

  onEvent(listener: (sessionId: string, event: MediaEvent) => void): void {
    this.#listener = listener;
  }

  send(sessionId: string, command: MediaCommand): void {
    const atMs = this.#clock.nowMs();
    switch (command.type) {
      case 'open':
        this.#sessionId = sessionId;
        this.#emit({ type: 'opened', port: nominalPort });
        return;
      case 'connect':
        this.#emit({ type: 'first-packet-sent', atMs });
        return;
      case 'prepare':
        this.#emit({ type: 'prepared', playbackId: command.playbackId, atMs });
        return;
      case 'play':
        this.#playThrough(command.playbackId);
        return;
      case 'play-audio':
        if (command.isLooping) this.#loopId = command.playbackId;
        else this.#playThrough(command.playbackId);
        return;
      case 'send-keys':
        this.#finish(command.playbackId);
        return;
      case 'stop-playback':
        if (this.#loopId !== undefined) this.#finish(this.#loopId);
        this.#loopId = undefined;
        return;
      case 'listen':
        this.#isListening = true;
        return;
      case 'pause-listening':
        this.#isListening = false;
        return;
      case 'close':
        this.#isListening = false;
        this.#emit({ type: 'closed', rtp: noPackets });
        return;
      case 'configure-speech':
      case 'expect':
      case 'mute':
      case 'pause-playback':
      case 'resume-playback':
      case 'play-background':
      case 'stop-background':
        return;
      default:
        command satisfies never;
    }
  }

  /** The callee says this; false when nobody listens. */
  say(text: string): boolean {
    if (!this.#isListening) return false;
    const atMs = this.#clock.nowMs();
    this.#emit({ type: 'recognition', event: { type: 'speech-started', onsetAtMs: atMs, atMs } });
    const final = { type: 'final', text, confidence: 1, lastVoiceAtMs: atMs, speechEndedAtMs: atMs, atMs } as const;
    this.#emit({ type: 'recognition', event: final });
    return true;
  }

  press(digit: string): void {
    this.#emit({ type: 'digit', digit, durationMs: 100, atMs: this.#clock.nowMs() });
  }

  #playThrough(playbackId: string): void {
    const atMs = this.#clock.nowMs();
    this.#emit({ type: 'playback-started', playbackId, firstSamplesAtMs: atMs, atMs });
    this.#finish(playbackId);
  }

  #finish(playbackId: string): void {
    const atMs = this.#clock.nowMs();
    this.#emit({ type: 'playback-finished', playbackId, isComplete: true, playedMs: 0, atMs });
  }

  #emit(event: MediaEvent): void {
    const sessionId = this.#sessionId;
    if (sessionId === undefined) return;
    this.#soon(() => {
      this.#listener(sessionId, event);
    });
  }
}

/** Stands in the session description; no packet goes there. */
const nominalPort = 4000;
