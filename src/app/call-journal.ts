/** Between the engine and the journal: what is kept of a call, and what is told of it. */
import type { CallEvent } from '../call/index.ts';
import type { Acceptance, EnginePorts, NewCallOrder } from '../engine/index.ts';
import type { JsonObject } from '../kit/index.ts';
import type { Journal } from '../journal/index.ts';
import {
  type CallFacts,
  callFigures,
  type CallRecord,
  type PersonalDataLevel,
  reduceText,
  reduceToLevel,
} from '../reports/index.ts';
import type { DeliveryEndpoint, NewCall, Owner, SharedAdmission } from '../store/index.ts';
import type { StartCallOrder, Tenant } from '../tenants/index.ts';
import { printTarget } from '../webhooks/index.ts';
import { toldEvent } from './call-events.ts';

export interface CallJournalPorts {
  readonly journal: Journal;
  readonly owner: Owner;
  readonly seal: (text: string) => string;
  readonly wallMs: () => number;
  /** Whether limits are held in the store: they are where nodes share it. */
  readonly isShared: boolean;
}

export interface CallJournal extends Pick<EnginePorts, 'accept' | 'keepDialog' | 'notify'> {
  onCallEvent(sessionId: string, event: CallEvent): void;
  /** The call is over: its record and its terminal state are one commit. */
  over(facts: CallFacts, record: CallRecord): void;
}

export function createCallJournal(ports: CallJournalPorts): CallJournal {
  const { journal } = ports;
  /** Of running calls: what their receivers asked for beside the states. */
  const subscriptions = new Map<string, ReadonlySet<string>>();
  const states = new Map<string, string>();
  /** Of running calls that do not tell everything. */
  const levels = new Map<string, PersonalDataLevel>();
  const levelOf = (sessionId: string): PersonalDataLevel => levels.get(sessionId) ?? 'everything';

  return {
    async accept({ plan, order, acceptedAtWallMs, acceptance }) {
      const { sessionId, tenantId, personalData = 'everything' } = plan;
      const endpoint = endpointOf(order, ports.seal);
      const call: NewCall = {
        sessionId,
        tenantId,
        owner: ports.owner,
        ...partiesOf(plan, personalData),
        acceptedAtWallMs,
        ...(endpoint === undefined ? {} : { endpoint }),
        facts: factsOf(plan),
      };
      const admission = admissionOf(order.tenant, ports);
      const kept = await journal.accept(call, admission, alongside(acceptance, sessionId));
      if (kept.ok && personalData !== 'everything') levels.set(sessionId, personalData);
      if (kept.ok) subscriptions.set(sessionId, new Set(order.tenant.webhook.events));
      return kept;
    },
    keepDialog: (sessionId, snapshot) => journal.keepDialog(sessionId, snapshot),
    notify({ sessionId, callState, failureReason, end }) {
      states.set(sessionId, callState);
      const outcome = end === undefined ? {} : { endCode: end.endCode, endedBy: end.endedBy };
      const { sipStatus, q850Cause, retryAfterS } = end ?? {};
      const data: JsonObject = {
        callState,
        ...reasonOf(failureReason, levelOf(sessionId)),
        ...outcome,
        ...(sipStatus === undefined ? {} : { sipStatus }),
        ...(q850Cause === undefined ? {} : { q850Cause }),
        ...(retryAfterS === undefined ? {} : { retryAfter: retryAfterS }),
      };
      journal.tell(sessionId, { type: `call.${callState}`, data, state: callState, isDelivered: true });
    },
    onCallEvent(sessionId, event) {
      const told = toldEvent(event);
      if (told === undefined) return;
      const [group = ''] = told.type.split('.');
      const isDelivered = subscriptions.get(sessionId)?.has(group) ?? false;
      const toldData = reduceToLevel(told.data, levelOf(sessionId));
      const data: JsonObject = { callState: states.get(sessionId) ?? null, failureReason: null, ...toldData };
      journal.tell(sessionId, { type: told.type, data, isDelivered });
    },
    over(facts, record) {
      const { sessionId, finalState: state, end, answeredAtMs, stoppedAtMs } = facts;
      subscriptions.delete(sessionId);
      states.delete(sessionId);
      levels.delete(sessionId);
      journal.over(sessionId, {
        state,
        endCode: end.code,
        ...(record.failureReason === null ? {} : { failureReason: record.failureReason }),
        billedMs: answeredAtMs === undefined ? 0 : Math.round(stoppedAtMs - answeredAtMs),
        figures: callFigures(facts),
        record: JSON.parse(JSON.stringify(record)) as JsonObject,
      });
    },
  };
}

function alongside({ alongside: changes }: Acceptance, sessionId: string) {
  return changes === undefined ? [] : changes(sessionId);
}

/** What a record needs that is written without the call. */
function factsOf({ recording, personalData = 'everything', incoming }: NewCallOrder['plan']): JsonObject {
  const file = recording === undefined ? {} : { recordingFile: recording.filePath.replace(/^.*\//, '') };
  return { ...file, personalData, ...(incoming === undefined ? {} : { direction: 'inbound' }) };
}

function partiesOf({ to, from }: NewCallOrder['plan'], level: PersonalDataLevel): Pick<NewCall, 'to' | 'from'> {
  return { to: reduceText(to, 'party', level), from: reduceText(from, 'party', level) };
}

/** The reason is part of the contract with the receiver: it is cleaned and never hidden. */
function reasonOf(failureReason: string | null, level: PersonalDataLevel): JsonObject {
  return reduceToLevel({ failureReason }, level === 'everything' ? level : 'no-personal-data');
}

function endpointOf({ webhook, tenant }: StartCallOrder, seal: (text: string) => string): DeliveryEndpoint | undefined {
  if (webhook === undefined) return undefined;
  const { url, username, password, origin } = webhook;
  const { connectTimeoutMs, readTimeoutMs, maxRetries, windowMs } = tenant.webhook;
  const target = printTarget({
    url,
    trust: origin === 'request' ? 'request' : 'operator',
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password: seal(password.reveal()) }),
    connectTimeoutMs,
    readTimeoutMs,
    maxRetries,
    windowMs,
  });
  return { key: `${tenant.id} ${url}`, target };
}

/** Minutes are charged in the store always: they outlive the process. Rate and concurrency are held there where nodes share it. */
function admissionOf({ limits }: Tenant, { isShared, wallMs }: CallJournalPorts): SharedAdmission {
  const { account, callsPerSecond, maxCalls, minutesPerDay } = limits;
  const shared = isShared ? { callsPerSecond, maxCalls } : { callsPerSecond: 0, maxCalls: 0 };
  return { account, ...shared, minutesPerDay, nowWallMs: wallMs() };
}
