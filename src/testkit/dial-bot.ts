/** A call to a bot under test, told as a story: who answers, what the callee says, what the bot is heard to say. */
import { AssertionError } from 'node:assert';
import { turnFacts } from '../call/index.ts';
import type { JsonObject } from '../kit/index.ts';
import type { CallRecord, TurnRequestType } from '../reports/index.ts';
import { type BotOptions, connectBot } from './connect-bot.ts';
import { SimCall } from './sim-call.ts';

export interface DialOptions extends BotOptions {
  /** The context of the call, as the request that places it gives it. */
  readonly context?: JsonObject;
  /** Of everything random; the same seed gives the same call. Default 1. */
  readonly seed?: number;
}

export interface SayOptions {
  /**
   * `quiet`: until the bot has answered and said everything. `speaking`: until the bot speaks, so that what comes next
   * interrupts it. Default `quiet`.
   */
  readonly until?: 'quiet' | 'speaking';
}

/** One turn of the bot. */
export interface TestedTurn {
  /** Why it was asked: `start`, `speech_to_text`, `dtmf`, `post_response_timeout` ... */
  readonly type: TurnRequestType;
  /** What it was told: words, digits, or one of the gateway's own texts. */
  readonly text: string;
  readonly isBargeIn: boolean;
  /** What of its answer could not be done, and how asking it failed. */
  readonly problems: readonly string[];
}

export interface TestedEnd {
  readonly state: 'ended' | 'failed';
  /** `completed.*`, or a code of docs/errors.md. */
  readonly endCode: string;
  readonly endedBy: string;
  readonly failureReason: string | null;
}

/**
 * A call with a bot under test. Every function lets simulated time pass, seconds in a moment, and rejects when the call is over.
 */
export interface TestedCall {
  /** Everything the bot was heard to say, one item for each time it fell silent. */
  readonly heard: readonly string[];
  /** The keys it pressed. */
  readonly keysHeard: string;
  /** The targets it asked the telephone to call instead (REFER). */
  readonly transfers: readonly string[];
  /** The context of the conversation, as the bot last returned it. */
  readonly context: JsonObject;
  readonly turns: readonly TestedTurn[];
  /** How it ended; undefined while it goes on. */
  readonly end: TestedEnd | undefined;
  /** The call record; undefined while it goes on. */
  readonly record: CallRecord | undefined;
  /** Picks up, and hears the bot out. */
  answer(options?: SayOptions): Promise<void>;
  /** Refuses the call with a SIP status; 486 unless told otherwise. */
  reject(status?: number): Promise<void>;
  /** Says this, and hears the bot's answer out. */
  says(text: string, options?: SayOptions): Promise<void>;
  /** Presses keys, `0` to `9`, `*`, `#`, `A` to `D`, and hears the bot's answer out. */
  presses(keys: string, options?: SayOptions): Promise<void>;
  /** Says nothing until the bot has its next turn, such as `vgwPostResponseTimeout`, and hears it out. */
  staysSilent(): Promise<void>;
  /** What the bot says next that matches, behind the last match; waits for it for a minute unless told otherwise. */
  hears(pattern: RegExp | string, options?: { readonly withinMs?: number }): Promise<string>;
  hangUp(): Promise<void>;
}

/** Simulated time that one side may go on talking. */
const longestMs = 600_000;
/** What was said needs some packets until it is noticed at the other end. */
const quietMs = 250;

/**
 * Calls: asks the bot its first turn, as the gateway does before it dials, and resolves when the telephone rings. The call machine,
 * turns, timers, barge-in and keys are the gateway's own; SIP, audio, speech and time are simulated.
 */
export async function dialBot(options: DialOptions): Promise<TestedCall> {
  const bot = connectBot(options);
  const call = new SimCall({ bot, context: options.context ?? {}, seed: options.seed ?? 1 });
  await call.dial();
  return new Story(call);
}

class Story implements TestedCall {
  readonly #call: SimCall;
  /** How much of what was heard has been matched. */
  #matched = 0;

  constructor(call: SimCall) {
    this.#call = call;
  }

  get heard(): readonly string[] {
    return [...this.#call.heard];
  }

  get keysHeard(): string {
    return this.#call.keysHeard.join('');
  }

  get transfers(): readonly string[] {
    return this.#call.phone.refers.map(({ target }) => target);
  }

  get context(): JsonObject {
    return this.#call.state?.context ?? {};
  }

  get turns(): readonly TestedTurn[] {
    return (this.#call.state?.turns ?? []).map((turn) => {
      const { request, isBargeIn, problems } = turnFacts(turn);
      return { type: request.type, text: request.text, isBargeIn, problems };
    });
  }

  get end(): TestedEnd | undefined {
    const { isOver, state } = this.#call;
    if (!isOver || state?.end === undefined) return undefined;
    const { end } = state;
    const { state: outcome, endCode, endedBy, failureReason = null } = end;
    return { state: outcome, endCode, endedBy, failureReason };
  }

  get record(): CallRecord | undefined {
    return this.#call.record;
  }

  async answer(options: SayOptions = {}): Promise<void> {
    this.#checkRuns('nobody can answer');
    if (this.#call.answeredAtMs !== undefined) throw new Error('The call was answered before.');
    // It can when its media is ready, some instants after it has begun to ring.
    await this.#run(() => this.#call.phone.pickUp(), 'The telephone could not answer');
    await this.#run(() => this.#call.answeredAtMs !== undefined, 'The answer did not come through');
    await this.#hearOut(options);
  }

  async reject(status = 486): Promise<void> {
    this.#checkRuns('nobody can refuse it');
    this.#call.phone.reject(status);
    await this.#call.run(() => false, longestMs);
  }

  async says(text: string, options: SayOptions = {}): Promise<void> {
    this.#checkAnswered(`"${text}" cannot be said`);
    this.#call.phone.say(text);
    await this.#callee();
    await this.#hearOut(options);
  }

  async presses(keys: string, options: SayOptions = {}): Promise<void> {
    if (!/^[\d*#A-D]+$/.test(keys)) throw new Error(`"${keys}" are not keys: use 0 to 9, *, #, A to D.`);
    this.#checkAnswered(`the keys ${keys} cannot be pressed`);
    this.#call.phone.press(keys);
    await this.#callee();
    await this.#hearOut(options);
  }

  async staysSilent(): Promise<void> {
    this.#checkAnswered('nobody can be silent in it');
    const before = this.turns.length;
    await this.#run(() => this.turns.length > before, 'The bot was not asked again');
    await this.#hearOut({});
  }

  async hears(pattern: RegExp | string, { withinMs = 60_000 } = {}): Promise<string> {
    const find = (): number =>
      this.#call.heard.findIndex((text, index) => index >= this.#matched && matches(text, pattern));
    await this.#call.run(() => find() >= 0, this.#call.isOver ? 0 : withinMs);
    const found = find();
    if (found >= 0) {
      this.#matched = found + 1;
      return this.#call.heard[found] ?? '';
    }
    const heard = this.#call.heard.slice(this.#matched);
    const what = heard.length === 0 ? 'It said nothing' : `It said:\n${heard.map((text) => `  ${text}`).join('\n')}\n`;
    const message = `The bot did not say ${String(pattern)}. ${what}${this.#place()}`;
    throw new AssertionError({ message, expected: pattern, actual: heard, operator: 'hears' });
  }

  async hangUp(): Promise<void> {
    this.#checkAnswered('nobody can hang up');
    this.#call.phone.hangUp();
    await this.#run(() => false, 'The call did not end');
  }

  /** Until the callee's own words or keys are through. */
  async #callee(): Promise<void> {
    const [, own] = this.#call.sounds;
    await this.#run(() => !own.isPlaying(), 'The telephone did not come to an end');
  }

  async #hearOut({ until = 'quiet' }: SayOptions): Promise<void> {
    const { sounds } = this.#call;
    const isDone =
      until === 'speaking'
        ? () => sounds[1].quietMs() === 0 && !sounds[1].isPlaying()
        : () => sounds.every((sound) => sound.quietMs() >= quietMs);
    await this.#run(isDone, until === 'speaking' ? 'The bot did not speak' : 'The bot did not fall silent');
  }

  async #run(isDone: () => boolean, complaint: string): Promise<void> {
    if (await this.#call.run(isDone, longestMs)) return;
    throw new Error(`${complaint} within ${longestMs / 60_000} minutes. ${this.#place()}`);
  }

  #checkRuns(what: string): void {
    if (this.#call.isOver) throw new Error(`${this.#place()}: ${what}.`);
  }

  #checkAnswered(what: string): void {
    this.#checkRuns(what);
    if (this.#call.answeredAtMs === undefined) throw new Error(`The call is not answered yet: ${what}.`);
  }

  /** Where the call stands, for messages. */
  #place(): string {
    const { end } = this;
    if (end !== undefined) {
      const why = end.failureReason === null ? '' : `: ${end.failureReason}`;
      return `The call is over (${end.endCode}${why})`;
    }
    const { answeredAtMs, clock } = this.#call;
    if (answeredAtMs === undefined) return 'The call is ringing';
    return `The call is active, ${((clock.nowMs() - answeredAtMs) / 1000).toFixed(1)} s after the answer`;
  }
}

function matches(text: string, pattern: RegExp | string): boolean {
  return typeof pattern === 'string' ? text.includes(pattern) : text.search(pattern) >= 0;
}
