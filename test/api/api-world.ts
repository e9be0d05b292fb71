/** A gateway with nothing behind it, for tests of the HTTP face. */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { type ApiPorts, type ApiTimeouts, createApi } from '../../src/api/index.ts';
import { type Environment, readSettings } from '../../src/config/index.ts';
import { err, ok } from '../../src/kit/index.ts';
import { createLoginGuard } from '../../src/policy/index.ts';
import { memoryV1 } from './memory-v1.ts';
import { createTenantDirectory, type StartCallOrder } from '../../src/tenants/index.ts';

export interface ApiWorld {
  readonly app: FastifyInstance;
  /** Every order that reached the engine's side. */
  readonly orders: StartCallOrder[];
  /** Everything that was logged, as pino would be given it. */
  readonly logged: unknown[];
  readonly audited: unknown[];
  /** Route and status of every answer. */
  readonly answered: string[];
}

export interface WorldOptions {
  readonly environment?: Environment;
  readonly tenants?: readonly unknown[];
  readonly ports?: Partial<ApiPorts>;
  readonly timeouts?: ApiTimeouts;
  readonly brokenEntries?: 'refuse' | 'leave-out';
}

export function createWorld({
  environment = {},
  tenants,
  ports,
  timeouts,
  brokenEntries = 'refuse',
}: WorldOptions = {}): ApiWorld {
  const read = readSettings({
    ENABLE_OUTBOUND_CALLS: 'true',
    ...(tenants === undefined ? {} : { MULTI_TENANT_CONFIG_FILE: 'tenants.json' }),
    ...environment,
  });
  assert.ok(read.ok, read.ok ? '' : inspect(read.error));
  const directory = createTenantDirectory(read.value.settings, tenants && JSON.stringify({ tenants }), {
    brokenEntries,
  });
  assert.ok(directory.ok, directory.ok ? '' : inspect(directory.error));
  const orders: StartCallOrder[] = [];
  const logged: unknown[] = [];
  const audited: unknown[] = [];
  const answered: string[] = [];
  const write = (fields: object, text: string): void => void logged.push({ ...fields, text });
  const app = createApi(
    {
      startCall: async (order) => {
        orders.push(order);
        return ok({ sessionId: `session-${orders.length}` });
      },
      v1: memoryV1(),
      tenants: directory.value,
      isReady: () => ({ ready: true, reasons: [] }),
      isLive: () => true,
      checkCallUri: (text) =>
        /^(?:sips?:[^\s@]+@[\w.:-]+|tel:\+?\d+)$/.test(text) ? ok(text) : err('not a SIP or tel URI'),
      checkRoutes: (text) => (text.includes('<') ? ok(text.split(',')) : err('not a list of routes')),
      metrics: { text: () => '', json: () => ({}) },
      audit: {
        loginFailed: (attempt) => void audited.push(attempt),
        callStarted: (call) => void audited.push(call),
      },
      consoleFiles: new Map(),
      docsFiles: new Map(),
      onAnswer: (route, status) => void answered.push(`${route} ${status}`),
      checkRequestUrl: () => ok(undefined),
      // Tests of credentials fail more often than an honest caller.
      loginGuard: createLoginGuard({ maxFailures: 1000 }),
      clock: { nowMs: () => 0, wallMs: () => 0 },
      log: { info: write, warn: write, error: write },
      version: '9.9.9',
      ...ports,
    },
    timeouts,
  );
  return { app, orders, logged, audited, answered };
}

export const startCallUrl = (tenantId: string): string => `/vgw/outboundCalls/${tenantId}/startOutboundCall`;

/** Posts a body as JSON, or a text as it is. */
export async function post(
  world: ApiWorld,
  body: unknown,
  { tenantId = 'dummy', headers = {} }: { tenantId?: string; headers?: Record<string, string> } = {},
): Promise<LightMyRequestResponse> {
  return world.app.inject({
    method: 'POST',
    url: startCallUrl(tenantId),
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

export const basic = (username: string, password: string): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
});

/** Holds an answer against the contract of errors: status, code, `failureReason`, problem members, JSON. */
export function assertProblem(response: LightMyRequestResponse, status: number, code: string): void {
  const body: Record<string, unknown> = response.json();
  assert.deepEqual([response.statusCode, body['code']], [status, code], response.body);
  assert.match(String(response.headers['content-type']), /^application\/json/);
  assert.deepEqual(Object.keys(body), ['failureReason', 'type', 'title', 'status', 'detail', 'code', 'docs']);
  assert.equal(body['docs'], `/docs/errors/${code}`);
  assert.equal(body['status'], status);
  assert.equal(body['type'], `urn:outdial:error:${code}`);
  assert.ok(typeof body['failureReason'] === 'string' && body['failureReason'].length > 20);
}
