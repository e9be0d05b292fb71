/**
 * Several bots as one: the next one is asked when one fails (specification §9.10). Knows nothing of networks: how long a
 * bot may take, and its second attempt, are the business of its own connection.
 */
import { err, type GatewayError, gatewayError, ok } from '../kit/index.ts';
import type { ConversationService, ReplyPart } from './contract.ts';
import { gatewayTexts } from './state-variables.ts';

/** A bot under the name that the record and the log know it by. */
export interface NamedBot {
  readonly name: string;
  readonly service: ConversationService;
}

/**
 * The bots in their order, for one call: whichever answered is asked first on the next turn, so a call never goes back to
 * one that failed. The answer carries the name of who gave it, and among its problems why the ones before did not. Fails
 * when the last one does, with its code and the reasons of all, and when one does that has begun to answer. The last turn
 * of a call goes only to the bot that led it.
 */
export function withFailover(first: NamedBot, ...standbys: readonly NamedBot[]): ConversationService {
  const bots = [first, ...standbys];
  let present = 0;
  return {
    spec: 'conversation/1',
    name: first.service.name,
    async turn(request, signal, onPart, watch) {
      const asked = request.text === gatewayTexts.hangUp ? bots.slice(present, present + 1) : bots.slice(present);
      const failures: { readonly name: string; readonly error: GatewayError }[] = [];
      let hasBegun = false;
      const onOwnPart = (part: ReplyPart): void => {
        hasBegun = true;
        onPart?.(part);
      };
      for (const { name, service } of asked) {
        const ownWatch = watch?.named(name);
        const result = await service.turn(request, signal, onPart === undefined ? undefined : onOwnPart, ownWatch);
        // What nobody waits for any more is no reason to ask the next one, nor to prefer this one.
        if (signal.aborted) return result;
        if (result.ok) {
          present += failures.length;
          const problems = failures.map(({ name: failed, error }) => `The bot "${failed}" failed: ${error.message}`);
          const taken = problems.length === 0 ? [] : [`The bot "${name}" answers from now on.`];
          return ok({ ...result.value, provider: name, problems: [...problems, ...taken, ...result.value.problems] });
        }
        ownWatch?.onFailed(result.error);
        failures.push({ name, error: result.error });
        // The callee has heard the beginning of an answer: another bot's would not go with it.
        if (hasBegun) break;
      }
      return err(errorOf(failures));
    },
  };
}

function errorOf(failures: readonly { readonly name: string; readonly error: GatewayError }[]): GatewayError {
  const last = failures.at(-1)?.error ?? gatewayError('bot.unreachable', 'There is no bot to ask.');
  if (failures.length <= 1) return last;
  const reasons = failures.map(({ name, error }) => `"${name}": ${error.message}`);
  return { ...last, message: `None of ${failures.length} bots answered. ${reasons.join(' ')}` };
}
