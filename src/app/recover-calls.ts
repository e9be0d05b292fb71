/**
 * Calls that an earlier life of this process, or another node that died, has left behind: each far end gets its BYE or CANCEL, each
 * receiver is told, each call gets its record.
 */
import type { Engine } from '../engine/index.ts';
import { gatewayError, type JsonObject, type Result, type GatewayError } from '../kit/index.ts';
import type { Journal } from '../journal/index.ts';
import { buildCallRecord, type CallFacts, callFigures, personalDataLevels } from '../reports/index.ts';
import type { SipCredentials } from '../sip/index.ts';
import type { DurableStore, StoredCall, StoredEvent } from '../store/index.ts';

export interface RecoveryPorts {
  readonly store: Pick<DurableStore, 'events'>;
  readonly journal: Journal;
  readonly engine: Pick<Engine, 'endOrphan'>;
  /** What answers a challenge of the trunk to the BYE, by the tenant as it is now. */
  readonly credentialsOf: (tenantId: string) => readonly SipCredentials[] | undefined;
  /** The call is told of and recorded, and its far end is being told to end. */
  readonly onRecovered: (call: StoredCall, how: 'bye' | 'cancel' | 'nothing to end') => void;
  /** Its record goes into the store. */
  readonly onOver: (facts: CallFacts) => void;
}

const mostEvents = 10_000;
const reason = gatewayError('call.crashed', 'The process that carried the call ended without warning');
const headers = [{ name: 'Reason', value: 'SIP;cause=503;text="Gateway restarted"' }];

/** Fails when the store does: then nothing has happened to this call, and it is still this owner's. */
export async function recoverCall(ports: RecoveryPorts, call: StoredCall): Promise<Result<void, GatewayError>> {
  const read = await ports.store.events(call.sessionId, 0, mostEvents);
  if (!read.ok) return read;
  const { sessionId, dialog } = call;
  const events = read.value;
  ports.journal.resume(call, events.at(-1)?.sequence ?? call.lastSequence);
  const told = events.find(({ type }) => type === 'call.ended' || type === 'call.failed');
  if (told === undefined) {
    const data = { callState: 'failed', failureReason: reason.message, endCode: reason.code, endedBy: 'gateway' };
    ports.journal.tell(sessionId, { type: 'call.failed', data, state: 'failed', isDelivered: true });
  }
  const facts = factsOf(call, events, told);
  const conclude = (): void => {
    ports.onOver(facts);
    ports.journal.over(sessionId, {
      state: facts.finalState,
      endCode: facts.end.code,
      ...(facts.end.failureReason === undefined ? {} : { failureReason: facts.end.failureReason }),
      billedMs: facts.answeredAtMs === undefined ? 0 : facts.stoppedAtMs - facts.answeredAtMs,
      figures: callFigures(facts),
      record: JSON.parse(JSON.stringify(buildCallRecord(facts))) as JsonObject,
    });
  };
  // Not before its far end is gone: should this life end too, the next one finds the call as it is.
  const isEnding = dialog !== undefined && endFarSide(ports, call, dialog, conclude);
  if (!isEnding) conclude();
  ports.onRecovered(call, isEnding ? (dialog['phase'] === 'confirmed' ? 'bye' : 'cancel') : 'nothing to end');
  return { ok: true, value: undefined };
}

function endFarSide(
  { engine, credentialsOf }: RecoveryPorts,
  call: StoredCall,
  snapshot: JsonObject,
  onOver: () => void,
): boolean {
  const credentials = credentialsOf(call.tenantId);
  const { sessionId: legId } = call;
  return engine.endOrphan({ legId, snapshot, headers, ...(credentials === undefined ? {} : { credentials }) }, onOver);
}

/** Times are those of the events: wall clock, since no other clock outlives a process. */
function factsOf(call: StoredCall, events: readonly StoredEvent[], told: StoredEvent | undefined): CallFacts {
  const at = (type: string): number | undefined => events.find((event) => event.type === type)?.atWallMs;
  const [startedAt, ringingAt, answeredAt] = [at('call.started'), at('call.ringing'), at('call.active')];
  const lastAt = events.at(-1)?.atWallMs ?? call.changedAtWallMs;
  const { endCode, failureReason } = told?.data ?? {};
  const hasEnded = told?.type === 'call.ended';
  const { recordingFile, personalData } = call.facts;
  const level = personalDataLevels.find((each) => each === personalData);
  return {
    sessionId: call.sessionId,
    tenantId: call.tenantId,
    ...(call.facts['direction'] === 'inbound' ? { isInbound: true } : {}),
    to: call.to,
    from: call.from,
    startedAtMs: call.acceptedAtWallMs,
    startedWallMs: call.acceptedAtWallMs,
    ...(startedAt === undefined ? {} : { invitedAtMs: startedAt }),
    ...(ringingAt === undefined ? {} : { ringingAtMs: ringingAt }),
    ...(answeredAt === undefined ? {} : { answeredAtMs: answeredAt }),
    stoppedAtMs: lastAt,
    finalState: hasEnded ? 'ended' : 'failed',
    end: {
      code: isEndCode(endCode) ? endCode : reason.code,
      by: 'gateway',
      ...(hasEnded ? {} : { failureReason: typeof failureReason === 'string' ? failureReason : reason.message }),
    },
    context: {},
    turns: [],
    ...(level === undefined ? {} : { personalData: level }),
    ...(typeof recordingFile === 'string' ? { recordingFile } : {}),
    warnings: [
      'The process that carried the call ended before it could write its record; this one is made of its events.',
    ],
  };
}

/** Codes in the store were written by us, by this version or an earlier one. */
function isEndCode(code: unknown): code is CallFacts['end']['code'] {
  return typeof code === 'string' && code !== '';
}
