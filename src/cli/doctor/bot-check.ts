/** Whether the bots answer the first turn of a call. It costs a turn each, so it is only done when asked for. */
import { type ConversationService, contextForTurn } from '../../conversation/index.ts';
import { bad, type Finding, good, skipped, worstOf } from './check.ts';

export interface BotToAsk {
  readonly tenantId: string;
  readonly service: ConversationService;
}

/** Bots that are asked; a tenant file may name thousands. */
const maxBots = 20;

export async function checkBots(
  bots: readonly BotToAsk[],
  newSessionId: () => string,
  signal: AbortSignal,
): Promise<Finding> {
  const findings = bots.slice(0, maxBots).map(async ({ tenantId, service }): Promise<Finding> => {
    const sessionId = newSessionId();
    const context = contextForTurn({}, { sessionId, input: { type: 'start' }, isBargeIn: false });
    const answer = await service.turn({ sessionId, tenantId, text: '', context }, signal);
    if (!answer.ok) return bad(`${tenantId}: ${answer.error.message}`, `Run: outdial errors ${answer.error.code}`);
    const { steps, problems } = answer.value;
    const said = steps.filter(({ type }) => type === 'say').length;
    const detail = `${tenantId} answered with ${said === 0 ? 'nothing' : 'something'} to say`;
    return good([detail, ...problems].join('; '));
  });
  return worstOf(await Promise.all(findings), skipped('there is no bot'));
}
