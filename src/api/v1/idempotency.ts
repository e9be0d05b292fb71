/** Requests that may be sent again: the answer is kept in the commit that makes their call durable. */
import { createHash } from 'node:crypto';
import type { Acceptance } from '../../engine/index.ts';
import { err, type GatewayError, gatewayError, type Json, ok, type Result } from '../../kit/index.ts';
import type { V1Ports } from './ports.ts';

/** The key of a request, undefined without one. */
export function readKey(header: string | readonly string[] | undefined): Result<string | undefined, GatewayError> {
  if (header === undefined) return ok(undefined);
  if (typeof header === 'string' && /^[\x21-\x7E]{1,255}$/.test(header)) return ok(header);
  return err(gatewayError('request.malformed', 'Idempotency-Key is not made of 1 to 255 printable ASCII characters.'));
}

export interface OnceOrder {
  readonly key: string | undefined;
  readonly tenantId: string;
  /** The body as it came: what a second request under the key is compared with. */
  readonly request: Json;
  /** What is answered for a call of this session. */
  readonly bodyOf: (sessionId: string) => Json;
  readonly ports: V1Ports;
}

export interface OnceAnswer {
  readonly body: Json;
  /** It is the answer of an earlier request. */
  readonly isReplayed: boolean;
}

/**
 * Starts a call by `start`, unless a request under the same key has done so. A refused start gives the key back; so does the
 * next life of a process that died in between.
 */
export async function answerOnce(
  { key, tenantId, request, bodyOf, ports }: OnceOrder,
  start: (acceptance: Acceptance) => Promise<Result<{ readonly sessionId: string }, GatewayError>>,
): Promise<Result<OnceAnswer, GatewayError>> {
  if (key === undefined) {
    const started = await start({});
    return started.ok ? ok({ body: bodyOf(started.value.sessionId), isReplayed: false }) : started;
  }
  const named = { tenantId, key };
  const claim = await ports.store.claimKey(named, fingerprintOf(request), ports.owner, ports.wallMs());
  if (!claim.ok) return claim;
  switch (claim.value.type) {
    case 'in-flight':
      return err(gatewayError('idempotency.in-flight', 'The request of this key is not answered yet.'));
    case 'other-request':
      return err(gatewayError('idempotency.other-request', 'The body is not the one that the key was used for.'));
    case 'answered':
      return ok({ body: claim.value.answer.body, isReplayed: true });
    case 'claimed':
      break;
    default:
      return claim.value satisfies never;
  }
  let isStarted = false;
  try {
    const started = await start({
      alongside: (sessionId) => [{ type: 'answer-kept', key: named, answer: { status: 202, body: bodyOf(sessionId) } }],
    });
    isStarted = started.ok;
    return started.ok ? ok({ body: bodyOf(started.value.sessionId), isReplayed: false }) : started;
  } finally {
    if (!isStarted) await ports.store.commit([{ type: 'key-released', key: named }]);
  }
}

/** The same for bodies that differ only in the order of their members. */
function fingerprintOf(value: Json): string {
  return createHash('sha256').update(canonical(value)).digest('base64url');
}

/** Recursion is bounded: bodies nest at most 16 levels. */
function canonical(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonical(item)).join(',')}]`;
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join(',')}}`;
}
