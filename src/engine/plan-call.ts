/** From an accepted request to everything a call needs for its whole life. */
import type { CallPlan } from '../call/index.ts';
import type { ConversationService } from '../conversation/index.ts';
import { err, type GatewayError, gatewayError, ok, type Random, type Result } from '../kit/index.ts';
import type { InviteOrder } from '../sip/index.ts';
import type { StartCallOrder, Tenant, WebhookTarget } from '../tenants/index.ts';
import type { EngineSettings } from './ports.ts';

/** What belongs to a call beside its machine: the bot it talks to, the INVITE it sends, the webhook it tells. */
export interface CallContext {
  readonly bot: ConversationService;
  readonly tenant: Tenant;
  readonly webhook: WebhookTarget | undefined;
  /** The INVITE but for its SDP, which is known once the media port is open. */
  readonly invite: Omit<InviteOrder, 'sdp'>;
}

export interface PlannedCall {
  readonly plan: CallPlan;
  readonly context: CallContext;
}

export function planCall(
  order: StartCallOrder,
  sessionId: string,
  ports: { readonly random: Random; botOf(tenant: Tenant): ConversationService },
  settings: EngineSettings,
): Result<PlannedCall, GatewayError> {
  const { tenant, to, routes } = order;
  if (to.toLowerCase().startsWith('tel:') && settings.trunk === undefined && routes.length === 0) {
    return err(
      gatewayError('request.no-trunk', 'A tel: URI names a subscriber, not a host: there is no trunk to send it to'),
    );
  }
  const from = order.from ?? settings.defaultFrom;
  const plan: CallPlan = {
    sessionId,
    tenantId: tenant.id,
    to,
    from,
    mediaAddress: settings.mediaAddress,
    sdpSessionId: ports.random.uint32(),
    context: order.context,
    recognition: { sampleRateHz: 8000, ...tenant.stt },
    sourcePolicy: settings.sourcePolicy,
    ...recordingOf(tenant, sessionId, settings),
    responseTimeoutMs: tenant.postResponseTimeoutMs,
    notifyOnFilteredUtterances: false,
    failedMessage: tenant.conversationFailedMessage,
    maxDurationMs: settings.maxCallDurationMs,
    sipFacts: {
      callId: tenant.sipVariables.isCallIdSent,
      requestUri: tenant.sipVariables.isRequestUriSent,
      toUri: tenant.sipVariables.isToUriSent,
      fromUri: tenant.sipVariables.isFromUriSent,
    },
  };
  const { ringTimeoutMs, trunk } = settings;
  const invite = {
    legId: sessionId,
    to,
    from,
    routes,
    ringTimeoutMs,
    ...(trunk === undefined ? {} : { outboundProxy: trunk }),
  };
  return ok({ plan, context: { bot: ports.botOf(tenant), tenant, webhook: order.webhook, invite } });
}

/** Recordings are named by their session (specification §9.1): `<session id>-audio.wav`. */
function recordingOf(tenant: Tenant, sessionId: string, settings: EngineSettings): Pick<CallPlan, 'recording'> {
  if (tenant.recording === 'off') return {};
  const filePath = `${settings.recordingDirectory}/${sessionId}-audio.wav`;
  return { recording: { filePath, layout: tenant.recording } };
}
