/** A reply made of plain texts and actions, for bots whose answers have another shape than a message response. */
import type { Json, JsonObject } from '../kit/index.ts';
import type { TurnReply } from './contract.ts';
import { readMessageResponse } from './read-reply.ts';

/**
 * The texts are spoken first, then the actions are carried out in order: a list of `{ command, parameters }` as in
 * `vgwActionSequence`, read and bounded like it. What cannot be used becomes a sentence in `problems`.
 */
export function composeReply(texts: readonly string[], actions: Json, context: JsonObject): TurnReply {
  const said = readMessageResponse({ output: { text: texts } }, context);
  const done = readMessageResponse({ output: { vgwActionSequence: actions } }, context);
  const first = said.ok ? said.value : nothing;
  const then = done.ok ? done.value : nothing;
  const offset = first.steps.length;
  const moved = (then.actions ?? []).map(({ command, parameters, firstStep, endStep }) => ({
    command,
    parameters,
    firstStep: firstStep + offset,
    endStep: endStep + offset,
  }));
  return {
    steps: [...first.steps, ...then.steps],
    ...(moved.length === 0 ? {} : { actions: moved }),
    context,
    ...(then.expected === undefined ? {} : { expected: then.expected }),
    problems: [...first.problems, ...then.problems],
  };
}

const nothing: Pick<TurnReply, 'steps' | 'problems' | 'actions' | 'expected'> = { steps: [], problems: [] };
