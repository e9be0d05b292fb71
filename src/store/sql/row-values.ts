/** Rows into the values of the contract, and back. JSON is kept as text in both databases. */
import type { Json, JsonObject } from '../../kit/index.ts';
import type {
  Delivery,
  DeliveryEndpoint,
  DeliveryReport,
  DeliveryState,
  StoredCall,
  StoredCallState,
  StoredEvent,
} from '../durable-store.ts';
import type { Row } from './statement.ts';

export const callColumns = `session_id, tenant_id, owner_node, owner_epoch, to_uri, from_uri, accepted_at, endpoint_key,
  endpoint_target, facts, state, changed_at, ended_at, end_code, failure_reason, dialog, last_sequence`;

/** Of `deliveries d join events e`. */
export const deliveryColumns = `d.session_id, d.sequence, d.tenant_id, d.endpoint_key, d.endpoint_target, d.attempts,
  d.queued_at, d.due_at, d.last_status, d.last_reason, d.state, d.settled_at, d.tries, e.type, e.at, e.data`;

export function textOf(row: Row, column: string): string {
  return String(row[column]);
}

export function numberOf(row: Row, column: string): number {
  return Number(row[column]);
}

export function jsonOf(row: Row, column: string): Json {
  return JSON.parse(textOf(row, column));
}

export function objectOf(row: Row, column: string): JsonObject {
  return JSON.parse(textOf(row, column));
}

/** Instants and durations are whole milliseconds. */
export function wholeMs(ms: number): number {
  return Math.round(ms);
}

function isThere(row: Row, column: string): boolean {
  return row[column] !== null && row[column] !== undefined;
}

function endpointOf(row: Row): DeliveryEndpoint {
  return { key: textOf(row, 'endpoint_key'), target: objectOf(row, 'endpoint_target') };
}

export function callOf(row: Row): StoredCall {
  return {
    sessionId: textOf(row, 'session_id'),
    tenantId: textOf(row, 'tenant_id'),
    owner: { nodeId: textOf(row, 'owner_node'), epoch: numberOf(row, 'owner_epoch') },
    to: textOf(row, 'to_uri'),
    from: textOf(row, 'from_uri'),
    acceptedAtWallMs: numberOf(row, 'accepted_at'),
    ...(isThere(row, 'endpoint_key') ? { endpoint: endpointOf(row) } : {}),
    facts: objectOf(row, 'facts'),
    state: textOf(row, 'state') as StoredCallState,
    changedAtWallMs: numberOf(row, 'changed_at'),
    ...(isThere(row, 'ended_at') ? { endedAtWallMs: numberOf(row, 'ended_at') } : {}),
    ...(isThere(row, 'end_code') ? { endCode: textOf(row, 'end_code') } : {}),
    ...(isThere(row, 'failure_reason') ? { failureReason: textOf(row, 'failure_reason') } : {}),
    ...(isThere(row, 'dialog') ? { dialog: objectOf(row, 'dialog') } : {}),
    lastSequence: numberOf(row, 'last_sequence'),
  };
}

export function eventOf(row: Row): StoredEvent {
  return {
    sessionId: textOf(row, 'session_id'),
    tenantId: textOf(row, 'tenant_id'),
    sequence: numberOf(row, 'sequence'),
    type: textOf(row, 'type'),
    atWallMs: numberOf(row, 'at'),
    data: objectOf(row, 'data'),
  };
}

export function deliveryOf(row: Row): Delivery {
  return {
    event: eventOf(row),
    endpoint: endpointOf(row),
    attempts: numberOf(row, 'attempts'),
    tries: isThere(row, 'tries') ? JSON.parse(textOf(row, 'tries')) : [],
    queuedAtWallMs: numberOf(row, 'queued_at'),
    dueAtWallMs: numberOf(row, 'due_at'),
    ...(isThere(row, 'last_status') ? { lastStatus: numberOf(row, 'last_status') } : {}),
    ...(isThere(row, 'last_reason') ? { lastReason: textOf(row, 'last_reason') } : {}),
  };
}

export function deliveryReportOf(row: Row): DeliveryReport {
  return {
    ...deliveryOf(row),
    state: textOf(row, 'state') as DeliveryState,
    ...(isThere(row, 'settled_at') ? { settledAtWallMs: numberOf(row, 'settled_at') } : {}),
  };
}
