import type { ExpectedSpeech } from '../speech/index.ts';
import type { ReplyAction, ReplyStep, Saying, TurnReply } from './contract.ts';

/** What one reply may make the gateway speak, in UTF-16 units over all its texts. The rest is cut, and said. */
export const maxReplyCharacters = 10_000;

/** Steps that nothing follows, by the action that asks for them. */
const endings = {
  'hang-up': 'vgwActHangup',
  transfer: 'vgwActTransfer',
  'force-turn': 'vgwActForceNoInputTurn',
} as const;

/** Collects the steps of a reply within the bounds; nothing follows a hang-up, a transfer or a forced turn. */
export class StepList {
  readonly #problems: string[];
  readonly #steps: ReplyStep[] = [];
  readonly #actions: ReplyAction[] = [];
  #charactersLeft = maxReplyCharacters;
  #isCut = false;
  #isExcludedFromCache = false;
  #expected: ExpectedSpeech | undefined;

  constructor(problems: string[]) {
    this.#problems = problems;
  }

  /** The action that ended the list; undefined while it is open. */
  get endsWith(): (typeof endings)[keyof typeof endings] | undefined {
    const last = this.#steps.at(-1)?.type;
    return last === 'hang-up' || last === 'transfer' || last === 'force-turn' ? endings[last] : undefined;
  }

  get length(): number {
    return this.#steps.length;
  }

  say(sayings: readonly Saying[]): void {
    for (const saying of sayings) {
      const kept = cutSaying(saying, this.#charactersLeft);
      if (kept.text.length < saying.text.length && !this.#isCut) {
        this.#isCut = true;
        this.#problems.push(`The texts of the reply are over ${maxReplyCharacters} characters; the rest is not said.`);
      }
      this.#charactersLeft -= lengthOf(kept);
      if (kept.text !== '') this.add(kept);
    }
  }

  add(step: ReplyStep): void {
    if (this.endsWith === undefined) this.#steps.push(step);
  }

  /** Ends the call after everything else, whatever came before. */
  hangUp(): void {
    if (this.endsWith === 'vgwActForceNoInputTurn') this.#steps.pop();
    this.add({ type: 'hang-up' });
  }

  /** The texts of this reply, before and after, are not kept for other calls. */
  excludeFromCache(): void {
    this.#isExcludedFromCache = true;
  }

  /** The last one given counts. */
  expect(expected: ExpectedSpeech | undefined): void {
    this.#expected = expected ?? this.#expected;
  }

  addAction(action: ReplyAction): void {
    this.#actions.push(action);
  }

  done(): Pick<TurnReply, 'steps' | 'actions' | 'expected'> {
    const steps = this.#isExcludedFromCache ? this.#steps.map(withoutCache) : this.#steps;
    return {
      steps,
      ...(this.#actions.length === 0 ? {} : { actions: this.#actions }),
      ...(this.#expected === undefined ? {} : { expected: this.#expected }),
    };
  }
}

/** A saying of several texts is kept whole, or only its first text is. */
function cutSaying(saying: Saying, length: number): Saying {
  if (lengthOf(saying) <= length) return saying;
  const { type, text, fallbackAudioUrl } = saying;
  return { type, text: cutText(text, length), ...(fallbackAudioUrl === undefined ? {} : { fallbackAudioUrl }) };
}

function lengthOf({ text, variants }: Saying): number {
  return Math.max(text.length, ...(variants?.texts.map((each) => each.length) ?? []));
}

function withoutCache(step: ReplyStep): ReplyStep {
  return step.type === 'say' ? { ...step, isExcludedFromCache: true } : step;
}

/** Never half a surrogate pair: the second half is dropped with the first. */
function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
