/** What an answer of the bot says in this call: lists as they are configured, and the text whose turn it is. */
import {
  chooseOption,
  defaultOptionConfig,
  type OptionConfig,
  type OptionList,
  readOutOptions,
  type ReplyStep,
  type Saying,
} from '../conversation/index.ts';
import type { JsonObject } from '../kit/index.ts';
import type { ExpectedSpeech } from '../speech/index.ts';
import type { TurnCause } from '../turn/index.ts';
import type { CallState } from './call-state.ts';

/** What a call remembers of the answers it had. */
export interface SpokenMemory {
  readonly configs: Readonly<Record<OptionList['kind'], OptionConfig>>;
  /** The list that was offered last, until something is said or pressed. */
  readonly offered: OptionList | undefined;
  /** What the last answer said is likely to be answered, until the next turn. */
  readonly expected: ExpectedSpeech | undefined;
  /** What the media was told of it last, as JSON. */
  readonly toldExpected: string | undefined;
  /** How often texts of which one is spoken came, by their first text. */
  readonly variantCounts: ReadonlyMap<string, number>;
}

/** Sets of texts whose order is remembered; others start again with their first text. */
const mostVariants = 200;
/** Keys from this number of options on may have two digits, and are waited for. */
const firstTwoDigitNumber = 10;
const secondDigitMs = 2000;

export const nothingSpoken: SpokenMemory = {
  configs: { option: defaultOptionConfig, suggestion: defaultOptionConfig },
  offered: undefined,
  expected: undefined,
  toldExpected: undefined,
  variantCounts: new Map(),
};

/** Texts without a file for when they cannot be spoken get the one of the bot (specification §5.4, `vgwErrAudioURL`). */
export function withErrorAudio(
  { variables: { errorAudioUrl: fallbackAudioUrl } }: Pick<CallState, 'variables'>,
  steps: readonly ReplyStep[],
): readonly ReplyStep[] {
  if (fallbackAudioUrl === undefined) return steps;
  return steps.map((step) => (step.type === 'say' ? { fallbackAudioUrl, ...step } : step));
}

/** The steps to carry out; their indexes stay, since the bot is told by index what was done. */
export function prepareSteps(
  state: CallState,
  steps: readonly ReplyStep[],
): { readonly state: CallState; readonly steps: readonly ReplyStep[] } {
  let { memory } = state;
  const prepared: ReplyStep[] = [];
  for (const step of withErrorAudio(state, steps)) {
    const [remembered, next] = prepareStep(state, memory, step);
    memory = remembered;
    prepared.push(next);
  }
  const isOffered = memory.offered !== undefined && memory.offered !== state.memory.offered;
  return { state: { ...state, memory }, steps: isOffered ? waitForNumber(prepared, memory.offered) : prepared };
}

function prepareStep(state: CallState, memory: SpokenMemory, step: ReplyStep): readonly [SpokenMemory, ReplyStep] {
  if (step.type === 'configure-options') {
    return [{ ...memory, configs: { ...memory.configs, [step.kind]: step.config } }, step];
  }
  if (step.type !== 'say') return [memory, step];
  if (step.optionList !== undefined) {
    const text = readOutOptions(step.optionList, memory.configs[step.optionList.kind]);
    return [
      { ...memory, offered: step.optionList },
      { ...step, text },
    ];
  }
  if (step.variants === undefined) return [memory, step];
  const count = memory.variantCounts.get(step.text) ?? 0;
  const spoken: ReplyStep = { ...step, text: variantOf(state, step.variants, count) };
  if (memory.variantCounts.size >= mostVariants && count === 0) return [memory, spoken];
  return [{ ...memory, variantCounts: new Map(memory.variantCounts).set(step.text, count + 1) }, spoken];
}

/** The input of the offered option that a turn's cause chooses. */
export function chosenInput({ memory: { offered, configs } }: CallState, cause: TurnCause): JsonObject | undefined {
  if (offered === undefined) return undefined;
  if (cause.type === 'speech') {
    return chooseOption(offered, configs[offered.kind], { type: 'speech', text: cause.heard.text });
  }
  if (cause.type === 'sms-received' && cause.isInputText) {
    return chooseOption(offered, configs[offered.kind], { type: 'speech', text: cause.message.text });
  }
  return cause.type === 'digits'
    ? chooseOption(offered, configs[offered.kind], { type: 'digits', text: cause.digits })
    : undefined;
}

/** Words and keys answer a list, whether they chose something or not; silence leaves it open. */
export function afterInput(before: SpokenMemory, cause: TurnCause): SpokenMemory {
  const memory = before.expected === undefined ? before : { ...before, expected: undefined };
  const isAnswer =
    cause.type === 'sms-received' ? cause.isInputText : cause.type === 'speech' || cause.type === 'digits';
  return isAnswer ? { ...memory, offered: undefined } : memory;
}

function variantOf({ plan, turn }: CallState, variants: NonNullable<Saying['variants']>, count: number): string {
  const { texts, policy } = variants;
  // The number of the SDP session is random, and the same when a call is played again from its seed.
  const index = policy === 'sequential' ? count : (plan.sdpSessionId ^ Math.imul(turn.turnId + 1, 0x9e3779b1)) >>> 0;
  return texts[index % texts.length] ?? '';
}

/** A list with numbers of two digits collects keys, unless the bot collects them itself. */
function waitForNumber(steps: readonly ReplyStep[], list: OptionList | undefined): readonly ReplyStep[] {
  const isOurs = !steps.some(({ type }) => type === 'collect-digits' || type === 'hang-up' || type === 'force-turn');
  if (list === undefined || list.options.length < firstTwoDigitNumber || !isOurs) return steps;
  const rule = { minCount: 1, maxCount: 2, termKey: '#', interDigitTimeoutMs: secondDigitMs };
  return [...steps, { type: 'collect-digits', rule: { ...rule, ignoresSpeech: false, pausesAfter: false } }];
}
