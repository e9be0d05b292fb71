/** Lines of the log that tell how calls and their notifications go. */
import type { CallEvent } from '../call/index.ts';
import type { DeliveryResult } from '../webhooks/index.ts';
import { type GatewayLog, maskNumbers } from './log.ts';

/** What became of a notification; no address of its receiver. */
export function logDelivery(log: GatewayLog, { event, outcome, attempts, status, reason }: DeliveryResult): void {
  const { sessionId, type, sequence } = event;
  const fields = { sessionId, type, sequence, attempts, status, reason };
  if (outcome === 'delivered') log.debug(fields, 'webhook delivered');
  else log.warn(fields, outcome === 'dead' ? 'webhook given up' : 'webhook failed and is tried again');
}

/** States and failures of calls, without numbers, addresses or words. */
export function logEvent(log: GatewayLog, sessionId: string, tenantId: string, event: CallEvent): void {
  const fields = { sessionId, tenantId: maskNumbers(tenantId) };
  switch (event.type) {
    case 'call.over': {
      const { state, endCode, endedBy, blame, sipStatus, q850Cause } = event.end;
      log.info({ ...fields, state, endCode, endedBy, blame, sipStatus, q850Cause }, event.type);
      return;
    }
    case 'turn.failed':
      log.warn({ ...fields, turn: event.turn.turnId, code: event.turn.error?.code }, event.type);
      return;
    case 'call.warning':
      log.warn({ ...fields, warning: event.message }, event.type);
      return;
    case 'call.early-media':
      log.info({ ...fields, sound: event.sound, category: event.category }, event.type);
      return;
    case 'call.fax':
    case 'call.accepted':
    case 'call.started':
    case 'call.ringing':
    case 'call.answered':
      log.info(fields, event.type);
      return;
    default:
      log.debug(fields, event.type);
  }
}
