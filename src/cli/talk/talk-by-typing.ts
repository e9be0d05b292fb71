/** The callee types. Time stands still meanwhile, so nothing has to be typed in a hurry. */
import { createDestinations, type Destinations, talkAddress, talkTenant } from '../../app/index.ts';
import type { CallEvent, CallState } from '../../call/index.ts';
import { at, monotonicClock } from '../../host/index.ts';
import { ok, type Result } from '../../kit/index.ts';
import { telephoneCodecs } from '../../sdp/index.ts';
import type { CommandError } from '../command-error.ts';
import type { TenantTalk } from './find-talk-tenant.ts';
import { readTyped, type Typed } from './read-typed.ts';
import { placeTalkCall, type TalkCall } from './talk-call.ts';
import { TalkClock } from './talk-clock.ts';
import { typedHelp } from './talk-order.ts';
import { ownVariables, type TalkView } from './talk-view.ts';
import type { Keyboard, TalkWorld } from './talk-world.ts';
import { TypedMedia } from './typed-media.ts';
import { UnfinishedWork } from './unfinished-work.ts';

/** Timers of the call that may pass until the bot is asked; the rest would never come. */
const mostTimers = 1000;

/** Resolves with the call when it is over, or with why there was none. */
export async function talkByTyping(
  order: TenantTalk,
  view: TalkView,
  world: TalkWorld,
  onInterrupted: () => void,
): Promise<Result<CallState, CommandError>> {
  const session = new TypedSession(order, view, world);
  const stopListening = world.onInterrupt(() => {
    onInterrupted();
    session.interrupt();
  });
  try {
    return await session.run();
  } finally {
    stopListening();
    await session.close();
  }
}

class TypedSession {
  readonly #order: TenantTalk;
  readonly #view: TalkView;
  readonly #world: TalkWorld;
  readonly #clock = new TalkClock(monotonicClock, (atMs, callback) => at(monotonicClock, atMs, callback));
  readonly #work = new UnfinishedWork();
  readonly #media: TypedMedia;
  readonly #call: TalkCall;
  readonly #keyboard: Keyboard;
  readonly #destinations: Destinations;
  #state: CallState | undefined;
  #timesAsked = 0;
  #isOver = false;

  constructor(order: TenantTalk, view: TalkView, world: TalkWorld) {
    this.#order = order;
    this.#view = view;
    this.#world = world;
    this.#media = new TypedMedia(this.#clock, (run) => {
      this.#work.soon(run);
    });
    this.#keyboard = order.lines.length > 0 ? scripted(order.lines) : world.openKeyboard();
    if (this.#keyboard.isEchoed && !order.isJson) world.print('Type what the callee says; /help tells what else.');
    this.#destinations = createDestinations(order.settings);
    this.#call = placeTalkCall({
      ...order,
      tenant: talkTenant(order.tenant, 'typed'),
      destinations: this.#destinations,
      clock: this.#clock,
      at: this.#clock.at,
      work: this.#work,
      media: this.#media,
      ear: { host: talkAddress, port: 4002 },
      codecs: telephoneCodecs,
      onAudio: () => undefined,
      onEvent: (event, state) => {
        this.#onEvent(event, state);
      },
      onCommand: (command) => {
        view.onCommand(command, this.#clock.nowMs());
      },
      onFault: (fault) => {
        world.printError(fault instanceof Error ? (fault.stack ?? fault.message) : String(fault));
      },
    });
    void this.#call.over.then(() => {
      this.#isOver = true;
      this.#keyboard.close();
    });
  }

  async run(): Promise<Result<CallState, CommandError>> {
    const begun = await this.#call.begun;
    if (!begun.ok) return begun;
    await this.#work.done();
    while (!this.#isOver) {
      this.#clock.stop();
      const line = await this.#keyboard.nextLine();
      this.#clock.goOn();
      if (this.#isOver) break;
      await this.#take(line === undefined ? { type: 'hang-up' } : readTyped(line));
    }
    return ok(await this.#call.over);
  }

  /** Ctrl-C: the callee hangs up. */
  interrupt(): void {
    this.#keyboard.close();
    this.#clock.goOn();
    this.#call.hangUp();
  }

  async close(): Promise<void> {
    this.#keyboard.close();
    this.#clock.stop();
    this.#call.close();
    await this.#destinations.close();
  }

  async #take(typed: Typed): Promise<void> {
    const { print, printError } = this.#world;
    switch (typed.type) {
      case 'words':
        await this.#say(typed.text);
        return;
      case 'keys':
        await this.#press(typed.keys);
        return;
      case 'silence':
        await this.#waitForTurn();
        return;
      case 'hang-up':
        this.#call.hangUp();
        await this.#work.done();
        return;
      case 'context':
        print(JSON.stringify(ownVariables(this.#state?.context ?? this.#order.context), undefined, 2));
        return;
      case 'help':
        printError(typedHelp);
        return;
      case 'unclear':
        printError(typed.reason);
        return;
      case 'nothing':
        return;
      default:
        typed satisfies never;
    }
  }

  async #say(text: string): Promise<void> {
    this.#tell(`“${text}”`);
    if (!this.#media.say(text)) this.#note('not heard: the bot has switched off hearing what is said');
    await this.#work.done();
  }

  async #press(keys: string): Promise<void> {
    this.#tell(`keys ${keys}`);
    const before = this.#timesAsked;
    for (const key of keys) {
      this.#media.press(key);
      await this.#work.done();
      if (this.#isOver) return;
    }
    // Nobody presses any more: what was collected is told when the time between two keys is over.
    const { collection } = this.#state?.turn ?? {};
    if (this.#timesAsked > before) return;
    if (collection !== undefined && collection.digits !== '') await this.#waitForTurn();
    else this.#note('not taken: the bot has switched off keys');
  }

  /** Lets time pass until the bot is asked, or the call is over. */
  async #waitForTurn(): Promise<void> {
    const before = this.#timesAsked;
    for (let count = 0; count < mostTimers && !this.#isOver && this.#timesAsked === before; count += 1) {
      if (!this.#clock.moveToNext()) break;
      await this.#work.done();
    }
  }

  #onEvent(event: CallEvent, state: CallState): void {
    this.#state = state;
    if (event.type === 'turn.asked') this.#timesAsked += 1;
    // What is typed was told when it was typed.
    if (event.type !== 'voice.understood' || this.#order.isJson) this.#view.onEvent(event, state);
  }

  #tell(text: string): void {
    if (!this.#keyboard.isEchoed) this.#view.onCallee(text, this.#clock.nowMs());
  }

  #note(text: string): void {
    this.#view.note(text, this.#clock.nowMs());
  }
}

function scripted(lines: readonly string[]): Keyboard {
  const rest = [...lines];
  return { isEchoed: false, nextLine: async () => rest.shift(), close: () => void rest.splice(0) };
}
