/** Events of a call, and of all calls of a tenant, as streams. */
import { z } from 'zod';
import { err, type GatewayError, gatewayError, ok, type Result } from '../../kit/index.ts';
import type { StoredCall, StoredEvent } from '../../store/index.ts';
import { bodyOf } from '../../webhooks/index.ts';
import { isFinal } from './call-resource.ts';
import { createEventStreams, type EventStreams, type ReadPage, type StreamOrder } from './event-stream.ts';
import type { V1Ports } from './ports.ts';
import { type Answer, type Asked, callRoute, tenantRoute, type V1Route } from './route.ts';

const pageSize = 100;

export const eventSchema = z
  .object({
    vgwSessionID: z.string(),
    callState: z.enum(['started', 'ringing', 'active', 'transferred', 'failed', 'ended']).nullable(),
    failureReason: z.string().nullable(),
    type: z.string().describe('call.* tells states; turn.*, speech.*, dtmf.*, transfer.* and command.* tell more.'),
    sequence: z.int().describe('1, 2, 3 of one call, without a gap.'),
    timestamp: z.iso.datetime().describe('When the call took it in, by the clock of all its times.'),
    tenantID: z.string(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'CallEvent' });

const streamAnswer = {
  status: 200,
  description:
    'A stream that stays open. Each data line is a CallEvent. Comments keep it alive; after an hour it ends and is to be asked for again.',
  contentType: 'text/event-stream',
} as const;

const lastEventId = { 'Last-Event-ID': 'The id that was received last: the stream goes on after it.' } as const;

const streamsByPorts = new WeakMap<V1Ports, EventStreams>();

/** The streams of one API; made when they are first asked for. */
export function streamsOf(ports: V1Ports): EventStreams {
  const known = streamsByPorts.get(ports) ?? createEventStreams();
  streamsByPorts.set(ports, known);
  return known;
}

const followCall = callRoute(
  {
    method: 'GET',
    path: '/calls/:sessionId/events',
    operationId: 'followCall',
    summary: 'Follow a call',
    description:
      'The events of the call from the first one on, or after Last-Event-ID, as server-sent events. The stream ends when the call is over and everything is told; asked for again then, the answer is 204, which tells an EventSource to stop.',
    headers: lastEventId,
    answers: [streamAnswer, { status: 204, description: 'The call is over, and everything was told.' }],
    problems: ['stream.too-many'],
    access: 'credentials',
  },
  async ({ call, headers }, { v1 }) => {
    const after = readSequence(headers['last-event-id']);
    if (!after.ok) return after;
    if (isFinal(call)) {
      const left = await v1.store.events(call.sessionId, after.value, 1);
      if (!left.ok) return left;
      if (left.value.length === 0) return ok({ status: 204 });
    }
    const source = { kind: 'call', sessionId: call.sessionId } as const;
    return stream({ source, tenantId: call.tenantId, read: readCall(v1, call, after.value) }, v1);
  },
);

const followTenant = tenantRoute(
  {
    method: 'GET',
    path: '/events',
    operationId: 'followTenant',
    summary: 'Follow all calls',
    description:
      'The events of all calls of the tenant as server-sent events, from now on or after Last-Event-ID. Its ids are opaque.',
    headers: lastEventId,
    answers: [streamAnswer],
    problems: ['stream.too-many'],
    access: 'credentials',
  },
  async (asked, { v1 }) => {
    const place = await readPlace(asked, v1);
    if (!place.ok) return place;
    const { id: tenantId } = asked.tenant;
    const source = { kind: 'tenant', tenantId } as const;
    return stream({ source, tenantId, read: readTenant(v1, tenantId, place.value) }, v1);
  },
);

function stream(order: StreamOrder, ports: V1Ports): Result<Answer, GatewayError> {
  const streams = streamsOf(ports);
  if (!streams.hasRoom(order.tenantId)) {
    return err(gatewayError('stream.too-many', 'As many event streams are open as may be.'));
  }
  return ok({
    status: 200,
    take: (reply) => {
      streams.open(order, reply, ports);
    },
  });
}

/** As its receivers are told it. */
export function printEvent(event: StoredEvent): z.infer<typeof eventSchema> {
  return bodyOf(event) as z.infer<typeof eventSchema>;
}

/** In one line: JSON has no line breaks but those of its printer. */
function dataOf(event: StoredEvent): string {
  return JSON.stringify(printEvent(event));
}

function readCall(ports: V1Ports, call: StoredCall, first: number): ReadPage {
  let after = first;
  // The end of a call is stored after the event that tells it.
  let isEnding = false;
  return async () => {
    // The state first: what is told after it was read is told next time.
    const found = await ports.store.call(call.sessionId);
    if (!found.ok) return found;
    const events = await ports.store.events(call.sessionId, after, pageSize);
    if (!events.ok) return events;
    const items = events.value.map((event) => ({ id: String(event.sequence), data: dataOf(event) }));
    after = events.value.at(-1)?.sequence ?? after;
    const isOver = items.length === 0 && (found.value === undefined || isFinal(found.value));
    isEnding ||= events.value.some(({ type }) => type === 'call.ended' || type === 'call.failed');
    return ok({ items, isOver, isQuiet: !isEnding && ports.store.name !== 'postgresql' });
  };
}

/** Where to go on in the stream of a tenant: after the first `taken` events behind a cursor of the store. */
interface TenantPlace {
  readonly cursor: string;
  readonly taken: number;
  /** Whether the follower knows this place already. */
  readonly isTold: boolean;
}

function readTenant(ports: V1Ports, tenantId: string, first: TenantPlace): ReadPage {
  let { cursor, taken, isTold } = first;
  return async () => {
    const page = await ports.store.tenantEvents(tenantId, cursor, pageSize);
    if (!page.ok) return page;
    const { items: events, nextCursor } = page.value;
    const items = events.slice(taken).map((event, index) => {
      const position = taken + index + 1;
      const id = position === events.length ? `${nextCursor}-0` : `${cursor}-${position}`;
      return { id, data: dataOf(event) };
    });
    // Who loses the connection before the first event must be able to say where it began.
    const start = isTold ? [] : [{ id: `${cursor}-${taken}` }];
    [cursor, taken, isTold] = [nextCursor, 0, true];
    return ok({ items: [...start, ...items], isOver: false, isQuiet: ports.store.name !== 'postgresql' });
  };
}

async function readPlace(
  { headers, tenant }: Asked<unknown, unknown>,
  { store }: V1Ports,
): Promise<Result<TenantPlace, GatewayError>> {
  const id = headers['last-event-id'];
  if (id === undefined) {
    const now = await store.tenantEvents(tenant.id, undefined, 1);
    return now.ok ? ok({ cursor: now.value.nextCursor, taken: 0, isTold: false }) : now;
  }
  const match = typeof id === 'string' ? /^(\d{1,15})-(\d{1,3})$/.exec(id) : null;
  const taken = Number(match?.[2]);
  if (match?.[1] === undefined || taken > pageSize) return err(noEventId());
  return ok({ cursor: match[1], taken, isTold: true });
}

function readSequence(id: string | readonly string[] | undefined): Result<number, GatewayError> {
  if (id === undefined) return ok(0);
  return typeof id === 'string' && /^\d{1,15}$/.test(id) ? ok(Number(id)) : err(noEventId());
}

function noEventId(): GatewayError {
  return gatewayError('request.malformed', 'Last-Event-ID is not an id of this stream.');
}

export const eventRoutes: readonly V1Route[] = [followCall, followTenant];
