/** Plays the recording of a call, both sides or one of them. Its time is that of the axis. */
import { signal } from '@preact/signals';

export type PlayedSide = 'both' | 'bot' | 'callee';

export const rates = [0.5, 1, 1.5, 2] as const;

export class Player {
  readonly isPlaying = signal(false);
  readonly rate = signal<number>(1);
  readonly side = signal<PlayedSide>('both');
  readonly #audio = new Audio();
  readonly #url: string;
  readonly #offsetMs: number;
  readonly #onTime: (atMs: number) => void;
  #router: SideRouter | undefined;
  #frame = 0;

  /** `offsetMs`: where the recording begins. `onTime` is told about once a frame while it plays. */
  constructor(recording: ArrayBuffer, offsetMs: number, onTime: (atMs: number) => void) {
    this.#url = URL.createObjectURL(new Blob([recording], { type: 'audio/wav' }));
    this.#audio.src = this.#url;
    this.#audio.preload = 'auto';
    this.#offsetMs = offsetMs;
    this.#onTime = onTime;
    this.#audio.addEventListener('ended', () => this.pause());
  }

  get atMs(): number {
    return this.#offsetMs + this.#audio.currentTime * 1000;
  }

  get endMs(): number {
    const { duration } = this.#audio;
    return this.#offsetMs + (Number.isFinite(duration) ? duration * 1000 : 0);
  }

  async play(): Promise<void> {
    this.isPlaying.value = true;
    try {
      await this.#router?.resume();
      await this.#audio.play();
      this.#tick();
    } catch {
      // The browser did not let it, or it was paused before it began.
      this.pause();
    }
  }

  pause(): void {
    this.#audio.pause();
    cancelAnimationFrame(this.#frame);
    this.isPlaying.value = false;
  }

  seek(atMs: number): void {
    this.#audio.currentTime = Math.max(0, (atMs - this.#offsetMs) / 1000);
  }

  setRate(rate: number): void {
    this.rate.value = rate;
    this.#audio.playbackRate = rate;
  }

  setSide(side: PlayedSide): void {
    this.side.value = side;
    // The way through the mixer begins only with the first wish for one side: without it nothing stands between file and ear.
    this.#router ??= new SideRouter(this.#audio);
    this.#router.choose(side);
    void this.#router.resume();
  }

  close(): void {
    this.pause();
    this.#router?.close();
    this.#audio.removeAttribute('src');
    URL.revokeObjectURL(this.#url);
  }

  readonly #tick = (): void => {
    if (!this.isPlaying.value) return;
    this.#onTime(this.atMs);
    this.#frame = requestAnimationFrame(this.#tick);
  };
}

/** Left is the bot, right the callee; both are heard in both ears. */
class SideRouter {
  readonly #context = new AudioContext();
  readonly #bot: GainNode;
  readonly #callee: GainNode;

  constructor(audio: HTMLAudioElement) {
    const source = this.#context.createMediaElementSource(audio);
    const splitter = this.#context.createChannelSplitter(2);
    source.connect(splitter);
    this.#bot = this.#context.createGain();
    this.#callee = this.#context.createGain();
    splitter.connect(this.#bot, 0);
    splitter.connect(this.#callee, 1);
    for (const side of [this.#bot, this.#callee]) side.connect(this.#context.destination);
  }

  choose(side: PlayedSide): void {
    this.#bot.gain.value = side === 'callee' ? 0 : 1;
    this.#callee.gain.value = side === 'bot' ? 0 : 1;
  }

  async resume(): Promise<void> {
    if (this.#context.state === 'suspended') await this.#context.resume();
  }

  close(): void {
    void this.#context.close();
  }
}
