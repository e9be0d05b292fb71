/** From an accepted request to everything a call needs for its whole life. */
import type { CallPlan, IncomingFacts } from '../call/index.ts';
import type { ConversationService } from '../conversation/index.ts';
import { err, type GatewayError, gatewayError, ok, type Result } from '../kit/index.ts';
import { sampleRateOf } from '../media/index.ts';
import type { LocalEncryption, OfferedCodec } from '../sdp/index.ts';
import { calledNumbers, judgeCallPlaces } from '../policy/index.ts';
import {
  callPlaces,
  type Hop,
  type IncomingCall,
  type InviteOrder,
  isRouteTo,
  isSameHop,
  type LocationTarget,
  type SipCredentials,
} from '../sip/index.ts';
import { type StartCallOrder, type Tenant, trunkCredentials, type WebhookTarget } from '../tenants/index.ts';
import { callerIdentityOf, inviteHeadersOf } from './caller-identity.ts';
import { findRedirectFault } from './find-target-fault.ts';
import { headerNames } from './header-names.ts';
import { encryptionFor, isSecureHop, isSecureTrunk } from './media-encryption.ts';
import { codecsOf, likelyRateOf } from './offered-codecs.ts';
import type { EnginePorts, EngineSettings, IncomingOrder } from './ports.ts';

/** What belongs to a call beside its machine: the bot it talks to, the INVITE it sends, the webhook it tells. */
export interface CallContext {
  readonly bot: ConversationService;
  readonly tenant: Tenant;
  readonly webhook: WebhookTarget | undefined;
  /**
   * The INVITE but for its SDP, which is known once the media port is open. Of a call that came in: what INVITEs of further legs
   * are made from.
   */
  readonly invite: Omit<InviteOrder, 'sdp'>;
  /** Whether it goes by the trunk, whose limits it then counts against. */
  readonly isByTrunk: boolean;
}

type PlanPorts = Pick<EnginePorts, 'random' | 'botOf' | 'registrationsOf' | 'passportOf'>;

export interface PlannedCall {
  readonly plan: CallPlan;
  /** Of a call to a name, where there are two families: what is located to know the one that media takes. */
  readonly familyOf?: LocationTarget;
  readonly context: CallContext;
}

export function planCall(
  order: StartCallOrder,
  sessionId: string,
  ports: PlanPorts,
  settings: EngineSettings,
  maxDurationMs: number,
): Result<PlannedCall, GatewayError> {
  const { tenant, to, routes } = order;
  if (to.toLowerCase().startsWith('tel:') && settings.trunk === undefined && routes.length === 0) {
    return err(
      gatewayError('request.no-trunk', 'A tel: URI names a subscriber, not a host: there is no trunk to send it to.'),
    );
  }
  const places = callPlaces(to, routes, settings.trunk);
  if (places.nextHop !== undefined) {
    const { nextHop, hosts } = places;
    const judged = judgeCallPlaces({ nextHop, hosts, trunk: settings.trunk }, settings.sipPolicy);
    if (!judged.ok) return err(gatewayError('guard.sip-destination', judged.error));
  }
  const from = order.from ?? settings.defaultFrom;
  // The person on the telephone is the one that is called.
  const usual = planOf({ ...order, from }, to, sessionId, ports, settings, maxDurationMs);
  const { trunk, trunkUse } = settings;
  const { nextHop } = places;
  const isByTrunk = trunk !== undefined && nextHop !== undefined && isSameHop(nextHop, trunk);
  const isKeySafe = isByTrunk ? isSecureTrunk(trunk, trunkUse) : isSecureHop(nextHop);
  const encryption = encryptionFor(tenant, isKeySafe, ports.random);
  if (!encryption.ok) return encryption;
  const plan = {
    ...usual,
    mediaAddress: mediaAddressFor(nextHop, settings),
    ...(isKeySafe ? { isSignallingEncrypted: true as const } : {}),
    ...keysOf(encryption.value),
  };
  const { wanted } = settings.mediaAddressIpv6 === undefined ? {} : (nextHop ?? {});
  const usualInvite = inviteOf({ ...order, from }, sessionId, ports, settings);
  const invite = plan.encryption === undefined ? usualInvite : withSafeRedirects(usualInvite, tenant);
  const context = { bot: ports.botOf(tenant), tenant, webhook: order.webhook, invite, isByTrunk };
  return ok({ plan, context, ...(wanted === undefined ? {} : { familyOf: wanted }) });
}

/** A call that somebody else has placed: there is nothing to dial, and the person on the telephone is the caller. */
export function planIncomingCall(
  { tenant, inviteHeaders }: IncomingOrder,
  { source, legId, requestUri, sdp, from, to }: IncomingCall,
  sessionId: string,
  ports: PlanPorts,
  settings: EngineSettings,
  maxDurationMs: number,
  encryption: LocalEncryption | undefined,
  codec: OfferedCodec | undefined,
): PlannedCall & { readonly order: StartCallOrder } {
  const webhook = webhookOf(tenant);
  const order = { tenant, to, from, context: {}, routes: [], ...(webhook === undefined ? {} : { webhook }) };
  const incoming: IncomingFacts = {
    callId: legId,
    requestUri,
    ...(sdp === undefined ? {} : { offer: sdp }),
    isRinging: tenant.settings.isProvisionalSent,
    headers: inviteHeaders,
  };
  const usual = planOf(order, from, sessionId, ports, settings, maxDurationMs);
  const plan = {
    ...usual,
    mediaAddress: mediaAddressFor(source, settings),
    incoming,
    ...(isSecureHop(source) ? { isSignallingEncrypted: true as const } : {}),
    ...keysOf(encryption),
    ...(codec === undefined ? {} : { likelyRateHz: sampleRateOf(codec) }),
  };
  const ourselves = tenant.from ?? settings.defaultFrom;
  const invite = inviteOf({ ...order, from: ourselves }, sessionId, ports, settings);
  return { plan, order, context: { bot: ports.botOf(tenant), tenant, webhook, invite, isByTrunk: false } };
}

function inviteOf(
  order: StartCallOrder & { readonly from: string },
  legId: string,
  ports: PlanPorts,
  settings: EngineSettings,
): CallContext['invite'] {
  const { tenant, to, from, routes } = order;
  const { trunk } = settings;
  const credentials = credentialsFor(order, trunk);
  const passport = ports.passportOf?.(tenant, legId);
  return {
    legId,
    to,
    from,
    routes,
    ringTimeoutMs: tenant.ringTimeoutMs ?? settings.ringTimeoutMs,
    ...(trunk === undefined ? {} : { outboundProxy: trunk }),
    ...(credentials.length === 0 ? {} : { credentials }),
    ...(tenant.settings.isReliabilityRequired ? { requiresReliability: true } : {}),
    ...redirectsOf(order, settings),
    caller: callerIdentityOf(tenant),
    ...(passport === undefined ? {} : { passport }),
    headers: inviteHeadersOf(tenant),
    answerHeaders: headerNames(tenant.settings.answerHeaders),
    registrationIds: ports.registrationsOf?.(tenant) ?? [],
  };
}

/** Where the states of calls are told that no request has asked for. */
function webhookOf({ webhook: { url, username, password } }: Tenant): WebhookTarget | undefined {
  if (url === undefined) return undefined;
  const credentials = username === undefined || password === undefined ? {} : { username, password };
  return { url, ...credentials, origin: 'deployment' };
}

/** What is the same whoever has placed the call. */
function planOf(
  order: StartCallOrder & { readonly from: string },
  userUri: string,
  sessionId: string,
  ports: PlanPorts,
  settings: EngineSettings,
  maxDurationMs: number,
): CallPlan {
  const { tenant, to, from } = order;
  return {
    sessionId,
    tenantId: tenant.id,
    to,
    from,
    mediaAddress: settings.mediaAddress,
    sdpSessionId: ports.random.uint32(),
    ...(tenant.settings.isOfferLate ? { isOfferLate: true } : {}),
    context: order.context,
    recognition: tenant.stt,
    codecs: codecsOf(tenant),
    likelyRateHz: likelyRateOf(tenant),
    speechProviders: providersOf(tenant),
    sourcePolicy: tenant.settings.rtpSourcePolicy,
    ...recordingOf(tenant, sessionId, settings),
    responseTimeoutMs: tenant.postResponseTimeoutMs,
    notifyOnFilteredUtterances: tenant.settings.isFilteredUtteranceNotified,
    failedMessage: tenant.conversationFailedMessage,
    isSpeculative: tenant.settings.isSpeculative,
    ...(tenant.settings.conversationFailedAudioUrl === undefined
      ? {}
      : { failedAudioUrl: tenant.settings.conversationFailedAudioUrl }),
    synthesisTimeoutMs: tenant.settings.synthesisTimeoutMs,
    isPlaybackResumed: tenant.settings.isPlaybackResumed,
    isEchoSuppressed: tenant.settings.isEchoSuppressed,
    networkLimits: {
      packetsLost: tenant.settings.packetLossWarningPackets,
      jitterMs: jitterLimitMs,
      roundTripMs: tenant.settings.roundTripWarningMs,
      mos: tenant.settings.opinionWarning,
    },
    notifyOnNetworkEvents: tenant.settings.isNetworkEventNotified,
    isInboundSmsEnabled: tenant.settings.isInboundSmsEnabled,
    ...userNumberOf(userUri),
    transfer: transferPlanOf(tenant),
    maxDurationMs,
    ...reportingOf(order),
    sipFacts: {
      callId: tenant.sipVariables.isCallIdSent,
      requestUri: tenant.sipVariables.isRequestUriSent,
      toUri: tenant.sipVariables.isToUriSent,
      fromUri: tenant.sipVariables.isFromUriSent,
    },
  };
}

/**
 * Credentials of the operator are for the operator's trunk: a request that sends its call past it, by a route of its own,
 * takes along only credentials of its own.
 */
function credentialsFor({ tenant, routes }: StartCallOrder, trunk: Hop | undefined): readonly SipCredentials[] {
  const [firstRoute] = routes;
  const isPastTrunk = trunk !== undefined && firstRoute !== undefined && !isRouteTo(firstRoute, trunk);
  return trunkCredentials(tenant, isPastTrunk ? 'past-trunk' : 'trunk');
}

/** Keys that are in the INVITE do not follow a 3xx out of TLS. */
export function withSafeRedirects(invite: CallContext['invite'], { settings }: Tenant): CallContext['invite'] {
  const { redirects, routes } = invite;
  if (redirects === undefined || settings.areMediaKeysSentInClear) return invite;
  return {
    ...invite,
    redirects: {
      ...redirects,
      judge: (target, use) => {
        const isByTrunk = /^tel:/i.test(target);
        const { nextHop } = callPlaces(target, use === 'proxy' ? [] : routes, undefined);
        const isSafe = isByTrunk || isSecureHop(nextHop);
        return isSafe ? redirects.judge(target, use) : 'A Contact would lead the keys of SRTP out of TLS.';
      },
    },
  };
}

function keysOf(encryption: LocalEncryption | undefined): Pick<CallPlan, 'encryption'> {
  return encryption === undefined ? {} : { encryption };
}

/** INVITEs that redirections may bring about in one call. */
const maxRedirects = 5;

function redirectsOf({ tenant, routes }: StartCallOrder, settings: EngineSettings): Pick<InviteOrder, 'redirects'> {
  if (!tenant.settings.isRedirectFollowed) return {};
  return {
    redirects: {
      max: maxRedirects,
      judge: (target, use) => findRedirectFault(target, use, routes, tenant, settings),
    },
  };
}

/** What may be told of this call. A request can switch the reports of its utterances off, and not on. */
function reportingOf({ tenant, context }: StartCallOrder): Pick<CallPlan, 'personalData' | 'isTranscriptionReported'> {
  const { personalData, isTranscriptionReported } = tenant.settings;
  const { outdialTranscriptionReport: wish } = context;
  const isOptedOut = wish === false || (typeof wish === 'string' && wish.toLowerCase() === 'no');
  return { personalData, isTranscriptionReported: isTranscriptionReported && !isOptedOut };
}

/** RTP takes the family that SIP takes: who is called at an IPv6 address is offered one. A name has to be located before. */
export function mediaAddressFor(nextHop: Hop | undefined, { mediaAddress, mediaAddressIpv6 }: EngineSettings): string {
  return nextHop?.host.includes(':') === true ? (mediaAddressIpv6 ?? mediaAddress) : mediaAddress;
}

/** The limit that the original's own warning names. */
const jitterLimitMs = 30;

function userNumberOf(userUri: string): Pick<CallPlan, 'userNumber'> {
  const [userNumber] = calledNumbers(userUri);
  return userNumber === undefined ? {} : { userNumber };
}

/** The names of the services that are tried first. */
function providersOf({ settings: { sttName, ttsName } }: Tenant): NonNullable<CallPlan['speechProviders']> {
  return { ...(sttName === undefined ? {} : { stt: sttName }), ...(ttsName === undefined ? {} : { tts: ttsName }) };
}

function transferPlanOf({ settings }: Tenant): CallPlan['transfer'] {
  const { transferDefaultTarget } = settings;
  return {
    ...(transferDefaultTarget === undefined ? {} : { defaultTarget: transferDefaultTarget }),
    failedMessage: settings.transferFailedMessage,
    isEndedByFailure: settings.isDisconnectedOnTransferFailure,
    isHeld: settings.isHeldOnTransfer,
    noticeTimeoutMs: settings.transferNoticeTimeoutMs,
  };
}

/** Recordings are named by their session (specification §9.1): `<session id>-audio.wav`. */
function recordingOf(tenant: Tenant, sessionId: string, settings: EngineSettings): Pick<CallPlan, 'recording'> {
  if (tenant.recording === 'off') return {};
  const filePath = `${settings.recordingDirectory}/${sessionId}-audio.wav`;
  return { recording: { filePath, layout: tenant.recording } };
}
