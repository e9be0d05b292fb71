/** The engine's ports, put together from the real parts. */
import { callFacts, type CallEvent, type CallState } from '../call/index.ts';
import { sessionTimerOf, type Settings } from '../config/index.ts';
import type { ConversationService } from '../conversation/index.ts';
import type { EnginePorts } from '../engine/index.ts';
import { at, digest } from '../host/index.ts';
import type { Clock } from '../kit/index.ts';
import { buildCallRecord } from '../reports/index.ts';
import { createUserAgent, type UserAgent } from '../sip/index.ts';
import { botOf } from './bots.ts';
import type { Destinations } from './destinations.ts';
import type { Durability } from './durability.ts';
import type { Inbound } from './inbound.ts';
import type { GatewayLog } from './log.ts';
import { logEvent } from './log-events.ts';
import type { OpenReporting } from './open-reporting.ts';
import type { OpenSip } from './open-sip.ts';
import type { Operations } from './operations.ts';
import { createPassports } from './passports.ts';
import type { RecordKeeper } from './record-keeper.ts';
import type { Registrations } from './registrations.ts';
import type { OpenSipCapture } from './sip-capture.ts';
import { createSipLocator } from './sip-locator.ts';
import { sendTextMessage } from './text-messages.ts';
import type { TraceKeepers } from './trace-keeper.ts';
import { showTarget } from './trunk-use.ts';
import { version } from './version.ts';
import { wouldShowKeys } from './would-show-keys.ts';

export interface EngineParts extends Pick<EnginePorts, 'random' | 'media' | 'guards' | 'isOverloaded'> {
  readonly settings: Settings;
  readonly log: GatewayLog;
  /** Of the store too: every time that is told of a call is of this one clock. */
  readonly clock: Clock;
  readonly destinations: Destinations;
  readonly operations: Operations;
  readonly dialogs: ReadonlyMap<string, ConversationService>;
  readonly sip: OpenSip;
  readonly sipCapture: OpenSipCapture;
  readonly traces: TraceKeepers;
  readonly inbound: Inbound;
  readonly calls: Durability['calls'];
  readonly records: RecordKeeper;
  readonly reporting: Pick<OpenReporting, 'onCallEvent' | 'onCallOver'>;
  /** They need the engine, and begin after it. */
  readonly registrations: () => Registrations | undefined;
  /** Watches every call. */
  readonly observe?: (sessionId: string, event: CallEvent) => void;
}

export function enginePortsOf(parts: EngineParts): EnginePorts {
  const { settings, log, clock, random, media, guards, destinations, operations, inbound, calls, reporting } = parts;
  return {
    clock,
    random,
    media,
    userAgent: userAgentOf(parts),
    ...inbound.engine,
    sipCapture: parts.sipCapture.capture,
    locate: createSipLocator({ settings, destinations, clock, random }),
    sendSip: sendSipOf(parts),
    at: (atMs, callback) => at(clock, atMs, callback),
    guards,
    isOverloaded: parts.isOverloaded,
    newAbort: () => new AbortController(),
    checkRequestUrl: destinations.checkRequestUrl,
    botOf: (tenant) => botOf(tenant, parts.dialogs, destinations),
    accept: calls.accept,
    keepDialog: calls.keepDialog,
    notify: calls.notify,
    sendTextMessage: (sessionId, tenant, message) => sendTextMessage(sessionId, tenant, message, destinations),
    writeRecord: (state, { sipTrace, botExchanges }) => {
      operations.onCallGone(state.plan.sessionId);
      if (sipTrace !== undefined) parts.traces.sipTrace.keep(sipTrace);
      if (botExchanges !== undefined) parts.traces.botExchanges.keep(botExchanges);
      keepRecord(state, parts);
    },
    observe: (sessionId, tenantId, event, state) => {
      logEvent(log, sessionId, tenantId, event);
      reporting.onCallEvent(event, state);
      calls.onCallEvent(sessionId, event);
      operations.onCallEvent(sessionId, tenantId, event);
      parts.observe?.(sessionId, event);
    },
    onTrunkTarget: (report) => {
      showTarget(report, { log, metrics: operations.counters });
    },
    onRegistration: (registrationId, event) => parts.registrations()?.onEvent(registrationId, event),
    passportOf: createPassports(),
    registrationsOf: (tenant) => parts.registrations()?.idsOf(tenant) ?? [],
    reportFault: (sessionId, fault) => {
      operations.onFault();
      log.error({ sessionId, fault: fault instanceof Error ? fault.stack : String(fault) }, 'a fault ended a call');
    },
  };
}

function userAgentOf({ settings, random, sip, clock, inbound }: EngineParts): UserAgent {
  const sessionTimer = sessionTimerOf(settings);
  return createUserAgent({
    random,
    ...sip.addressing,
    userAgent: `outdial/${version}`,
    digest,
    wallMs: (nowMs) => clock.wallMs() + nowMs - clock.nowMs(),
    locates: true,
    ...(sessionTimer === undefined ? {} : { sessionTimer }),
    acceptsRefers: settings.areTransfersAccepted,
    acceptsReplaces: settings.areTransfersAccepted,
    ...inbound.userAgent,
  });
}

/** No message leaves that would show the keys of its call. */
function sendSipOf({ settings, log, sip }: EngineParts): EnginePorts['sendSip'] {
  return (bytes, to) => {
    if (wouldShowKeys(bytes, to) && !settings.areMediaKeysSentInClear) {
      log.warn(
        { transport: to.transport, host: to.host, port: to.port },
        'A SIP message was not sent: keys of SRTP would have left in clear. The far end has moved a secure call to an insecure hop; see OUTDIAL_MEDIA_KEYS_IN_CLEAR.',
      );
      return;
    }
    sip.transports.send(bytes, to);
  };
}

/** Into the store with the terminal state, and as a file for people. */
function keepRecord(state: CallState, { reporting, calls, records }: EngineParts): void {
  const facts = callFacts(state);
  if (facts === undefined) return;
  reporting.onCallOver(facts);
  const record = buildCallRecord(facts);
  calls.over(facts, record);
  records.keep(record);
}
