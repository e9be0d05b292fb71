/** What became of the notifications of a call, and sending them again. */
import { z } from 'zod';
import { err, gatewayError, ok, printWallTime, showUrl } from '../../kit/index.ts';
import { type DeliveryReport, mostTries } from '../../store/index.ts';
import { readTarget } from '../../webhooks/index.ts';
import { eventSchema, printEvent } from './event-routes.ts';
import { callRoute, tenantRoute, type V1Route } from './route.ts';

const deliverySchema = z
  .object({
    vgwSessionID: z.string(),
    sequence: z.int().describe('Of its event.'),
    type: z.string(),
    state: z.enum(['waiting', 'delivered', 'dead']),
    attempts: z.int().describe('Since it was queued, or replayed.'),
    tries: z
      .array(
        z.object({
          at: z.iso.datetime(),
          durationMs: z.int(),
          status: z.int().optional().describe('Of HTTP.'),
          reason: z.string().optional().describe('Why it failed.'),
        }),
      )
      .describe(`The newest ${mostTries} attempts, oldest first; those before a replay among them.`),
    request: z
      .object({
        url: z.string().nullable().describe('Without credentials and the values of its query.'),
        body: eventSchema,
      })
      .describe('What is sent; every attempt is signed anew.'),
    queuedAt: z.iso.datetime(),
    dueAt: z.iso.datetime().optional().describe('When it is tried next; of a waiting one.'),
    settledAt: z.iso.datetime().optional(),
    lastStatus: z.int().optional().describe('HTTP status of the last attempt.'),
    lastReason: z.string().optional(),
  })
  .meta({ id: 'Delivery' });

export function printDelivery({
  event,
  state,
  attempts,
  endpoint,
  tries,
  ...rest
}: DeliveryReport): z.infer<typeof deliverySchema> {
  const url = readTarget(endpoint.target)?.url;
  return {
    vgwSessionID: event.sessionId,
    sequence: event.sequence,
    type: event.type,
    state,
    attempts,
    tries: tries.map(({ atWallMs, ...each }) => ({ at: printWallTime(atWallMs), ...each })),
    request: { url: url === undefined ? null : showUrl(url), body: printEvent(event) },
    queuedAt: printWallTime(rest.queuedAtWallMs),
    ...(state === 'waiting' ? { dueAt: printWallTime(rest.dueAtWallMs) } : {}),
    ...(rest.settledAtWallMs === undefined ? {} : { settledAt: printWallTime(rest.settledAtWallMs) }),
    ...(rest.lastStatus === undefined ? {} : { lastStatus: rest.lastStatus }),
    ...(rest.lastReason === undefined ? {} : { lastReason: rest.lastReason }),
  };
}

const listDeliveries = callRoute(
  {
    method: 'GET',
    path: '/calls/:sessionId/deliveries',
    operationId: 'listDeliveries',
    summary: 'List the notifications of a call',
    description: 'What was or is to be delivered to the receiver of the call, in order.',
    answers: [
      {
        status: 200,
        description: 'The deliveries.',
        schema: z.object({ deliveries: z.array(deliverySchema) }).meta({ id: 'DeliveryList' }),
      },
    ],
    problems: [],
    access: 'credentials',
  },
  async ({ call }, { v1 }) => {
    const found = await v1.store.deliveries(call.sessionId);
    return found.ok ? ok({ status: 200, body: { deliveries: found.value.map(printDelivery) } }) : found;
  },
);

const replayDelivery = callRoute(
  {
    method: 'POST',
    path: '/calls/:sessionId/deliveries/:sequence/replay',
    operationId: 'replayDelivery',
    summary: 'Send a notification again',
    description:
      'A dead or delivered notification is sent again under the same webhook-id, with all tries and the whole window. One that waits already is left as it is.',
    answers: [
      {
        status: 202,
        description: 'It waits to be sent.',
        schema: z.object({ status: z.literal('waiting') }).meta({ id: 'DeliveryWaiting' }),
      },
    ],
    problems: ['delivery.unknown'],
    access: 'credentials',
  },
  async ({ call, params }, { v1 }) => {
    const { sessionId } = call;
    const found = await v1.store.deliveries(sessionId);
    if (!found.ok) return found;
    const wanted = found.value.find(({ event }) => String(event.sequence) === params['sequence']);
    if (wanted === undefined) return err(gatewayError('delivery.unknown', 'There is no such delivery.'));
    const { sequence } = wanted.event;
    const change = { type: 'delivery-replayed', sessionId, sequence, owner: v1.owner, atWallMs: v1.wallMs() } as const;
    const replayed = await v1.store.commit([change]);
    if (!replayed.ok) return replayed;
    v1.wakeOutbox();
    return ok({ status: 202, body: { status: 'waiting' }, sessionId });
  },
);

const listDead = tenantRoute(
  {
    method: 'GET',
    path: '/dead-deliveries',
    operationId: 'listDeadDeliveries',
    summary: 'List dead notifications',
    description: 'Notifications of the tenant that were given up, those that died last first.',
    query: z.strictObject({
      cursor: z.string().max(1000).optional().describe('nextCursor of the page before.'),
      limit: z.coerce.number().int().min(1).max(200).default(50).describe('Items of a page.'),
    }),
    answers: [
      {
        status: 200,
        description: 'A page of deliveries.',
        schema: z
          .object({ deliveries: z.array(deliverySchema), nextCursor: z.string().optional() })
          .meta({ id: 'DeliveryPage' }),
      },
    ],
    problems: [],
    access: 'credentials',
  },
  async ({ tenant, query: { cursor, limit } }, { v1 }) => {
    const query = { tenantId: tenant.id, limit, ...(cursor === undefined ? {} : { cursor }) };
    const page = await v1.store.deadDeliveries(query);
    if (!page.ok) return page;
    const { items, nextCursor } = page.value;
    const deliveries = items.map(printDelivery);
    return ok({ status: 200, body: { deliveries, ...(nextCursor === undefined ? {} : { nextCursor }) } });
  },
);

export const deliveryRoutes: readonly V1Route[] = [listDeliveries, replayDelivery, listDead];
