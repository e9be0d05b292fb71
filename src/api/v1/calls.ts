/** Calls are created, looked at and listed. */
import { z } from 'zod';
import { err, type GatewayError, gatewayError, type Json, ok, type Result } from '../../kit/index.ts';
import type { StoredCallState } from '../../store/index.ts';
import { readStartCallRequest, startCallExample, startCallFields } from '../start-call-request.ts';
import type { ApiPorts } from '../ports.ts';
import { callPage, callSchema, callStates, printCall } from './call-resource.ts';
import { answerOnce, readKey } from './idempotency.ts';
import { type Answer, type Asked, callRoute, tenantRoute, type V1Route } from './route.ts';

const acceptedCall = z
  .object({
    vgwSessionID: z.string(),
    tenantID: z.string(),
    callState: z.literal('accepted'),
    notices: z.array(z.string()).describe('What of the request has no effect, one sentence each.'),
  })
  .meta({ id: 'AcceptedCall' });

const pageSize = z.coerce.number().int().min(1).max(200).default(50).describe('Items of a page.');

/** The body is checked against the tenant by the handler, so that its answers are those of the contract's route. */
const createCall: V1Route = {
  method: 'POST',
  path: '/calls',
  operationId: 'createCall',
  summary: 'Start a call',
  description:
    'The call is stored when this is answered; what becomes of it is told by its events. With an Idempotency-Key a request can be sent again without a second call: for 24 hours the same body gets the first answer.',
  headers: { 'Idempotency-Key': '1 to 255 printable ASCII characters that name this call, such as a UUID.' },
  body: startCallFields,
  example: startCallExample,
  answers: [
    {
      status: 202,
      description: 'The call is accepted and stored.',
      schema: acceptedCall,
      headers: {
        Location: 'Path of the call.',
        'Idempotency-Replayed': 'true: the answer is that of an earlier request.',
      },
    },
  ],
  problems: [
    'outbound.disabled',
    'request.too-large',
    'request.header-injection',
    'request.bad-uri',
    'request.no-trunk',
    'guard.destination',
    'idempotency.in-flight',
    'idempotency.other-request',
    'gateway.draining',
    'gateway.full',
    'gateway.overloaded',
    'guard.prefix',
    'guard.concurrency',
    'guard.minutes',
    'guard.rate',
    'guard.sip-destination',
    'media.keys-in-clear',
    'trunk.full',
    'trunk.rate',
    'store.full',
  ],
  access: 'credentials',
  run: async (asked, _call, ports) => create(asked, ports),
};

async function create(asked: Asked<unknown, Json | undefined>, ports: ApiPorts): Promise<Result<Answer, GatewayError>> {
  const { tenant } = asked;
  if (!tenant.isOutboundEnabled) return err(gatewayError('outbound.disabled', 'Outbound calls are not enabled.'));
  if (asked.body === undefined) return err(gatewayError('request.malformed', 'There is no body.'));
  const key = readKey(asked.headers['idempotency-key']);
  if (!key.ok) return key;
  const read = readStartCallRequest(asked.body, tenant, ports.tenants.deployment, ports);
  if (!read.ok) return read;
  const { order, notices } = read.value;
  const bodyOf = (vgwSessionID: string): z.infer<typeof acceptedCall> => ({
    vgwSessionID,
    tenantID: tenant.id,
    callState: 'accepted',
    notices: [...notices],
  });
  const place = (sessionId: string): string =>
    `/v1/tenants/${encodeURIComponent(tenant.id)}/calls/${encodeURIComponent(sessionId)}`;
  const once = await answerOnce(
    { key: key.value, tenantId: tenant.id, request: asked.body, bodyOf, ports: ports.v1 },
    async (acceptance) => {
      const started = await ports.startCall(order, acceptance);
      if (started.ok) {
        ports.audit.callStarted({
          tenantId: tenant.id,
          ...(tenant.restApi === undefined ? {} : { username: tenant.restApi.username }),
          sourceAddress: asked.sourceAddress,
          sessionId: started.value.sessionId,
          to: order.to,
        });
      }
      return started;
    },
  );
  if (!once.ok) return once;
  const { body, isReplayed } = once.value;
  const sessionId = sessionOf(body);
  return ok({
    status: 202,
    body,
    headers: { location: place(sessionId), ...(isReplayed ? { 'idempotency-replayed': 'true' } : {}) },
    sessionId,
  });
}

function sessionOf(body: unknown): string {
  const parsed = acceptedCall.safeParse(body);
  return parsed.success ? parsed.data.vgwSessionID : '';
}

const getCall = callRoute(
  {
    method: 'GET',
    path: '/calls/:sessionId',
    operationId: 'getCall',
    summary: 'Look at a call',
    description: 'The present state of a call, running or over.',
    answers: [{ status: 200, description: 'The call.', schema: callSchema }],
    problems: [],
    access: 'credentials',
  },
  async ({ call }) => ok({ status: 200, body: printCall(call) }),
);

const listQuery = z.strictObject({
  state: z
    .string()
    .max(200)
    .optional()
    .describe(`States to list, separated by commas: ${callStates.join(', ')}.`),
  acceptedFrom: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('Calls that were accepted at this instant or later.'),
  acceptedBefore: z.iso.datetime({ offset: true }).optional().describe('Calls that were accepted before this instant.'),
  endCode: z.string().max(100).optional().describe('Calls that ended with this code.'),
  party: z
    .string()
    .max(200)
    .optional()
    .describe('Calls with this text in the URI of either side, such as a part of a number.'),
  cursor: z.string().max(1000).optional().describe('nextCursor of the page before.'),
  limit: pageSize,
});

const listCalls = tenantRoute(
  {
    method: 'GET',
    path: '/calls',
    operationId: 'listCalls',
    summary: 'List calls',
    description: 'The calls of the tenant, newest first. A page may be had while calls come and go: none is missed.',
    query: listQuery,
    answers: [{ status: 200, description: 'A page of calls.', schema: callPage }],
    problems: [],
    access: 'credentials',
  },
  async ({ tenant, query: { state, acceptedFrom, acceptedBefore, endCode, party, cursor, limit } }, { v1 }) => {
    const states = readStates(state);
    if (!states.ok) return states;
    const page = await v1.store.calls({
      tenantId: tenant.id,
      limit,
      ...(states.value === undefined ? {} : { states: states.value }),
      ...(acceptedFrom === undefined ? {} : { acceptedFromWallMs: Date.parse(acceptedFrom) }),
      ...(acceptedBefore === undefined ? {} : { acceptedBeforeWallMs: Date.parse(acceptedBefore) }),
      ...(endCode === undefined ? {} : { endCode }),
      ...(party === undefined ? {} : { party }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (!page.ok) return page;
    const { items, nextCursor } = page.value;
    const calls = items.map((call) => printCall(call));
    return ok({ status: 200, body: { calls, ...(nextCursor === undefined ? {} : { nextCursor }) } });
  },
);

function readStates(text: string | undefined): Result<readonly StoredCallState[] | undefined, GatewayError> {
  if (text === undefined) return ok(undefined);
  const states: StoredCallState[] = [];
  for (const word of text.split(',')) {
    const state = callStates.find((each) => each === word.trim());
    if (state === undefined) {
      return err(gatewayError('request.malformed', `state: expected some of ${callStates.join(', ')}.`));
    }
    states.push(state);
  }
  return ok(states);
}

export const callRoutes: readonly V1Route[] = [createCall, listCalls, getCall];
