/** What was exchanged with the bots of a call, as the API gives it. */
import { z } from 'zod';

const body = z
  .object({
    body: z.string().describe('*** stands in place of secrets.'),
    isCut: z.boolean().describe('There was more of it.'),
  })
  .meta({ id: 'ExchangedBody' });

const ms = z.int().nullable();

const botExchange = z
  .object({
    turn: z.int().describe('As in the events of the turn.'),
    askedAhead: z
      .enum(['waiting', 'used', 'wasted'])
      .nullable()
      .describe(
        "Of a question that was asked before the callee's end of speech was certain: whether its answer was used.",
      ),
    provider: z.string().nullable().describe('The bot by name.'),
    at: z.iso.datetime().describe('When it was handed to the network.'),
    method: z
      .enum(['POST', 'DELETE'])
      .nullable()
      .describe('Null for a bot inside the gateway, and when nothing could be sent.'),
    url: z.string().nullable().describe('Without credentials and the values of its query.'),
    request: body.nullable(),
    firstByteMs: ms.describe('From at to the first byte of the reply.'),
    totalMs: ms.describe(
      'From at to the end of the reply, or its failure; null while it is awaited, and when the call was over before.',
    ),
    status: z.int().nullable().describe('Of HTTP.'),
    reply: body.nullable(),
    failure: z
      .object({ code: z.string().describe('Of docs/errors.md.'), message: z.string() })
      .nullable()
      .describe('Why there is no reply, or none of use.'),
  })
  .meta({ id: 'BotExchange' });

export const botExchangesSchema = z
  .object({
    vgwSessionID: z.string(),
    isComplete: z.boolean().describe('false while the call runs: there may be more later.'),
    exchanges: z.array(botExchange).describe('In the order in which they were sent; each attempt is one.'),
    droppedExchanges: z.int().describe('Exchanges that were not kept because there were too many.'),
  })
  .meta({ id: 'BotExchanges' });
