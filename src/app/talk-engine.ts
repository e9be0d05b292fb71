/** An engine without sockets, store and webhooks, whose only far end is in this process: for `outdial talk`. */
import type { CallEvent, CallState } from '../call/index.ts';
import type { Settings } from '../config/index.ts';
import type { ConversationService } from '../conversation/index.ts';
import { createEngine, type Engine, type EnginePorts, type EngineSettings } from '../engine/index.ts';
import { digest, type MediaThreads, readClientTls } from '../host/index.ts';
import { err, ok, type Result } from '../kit/index.ts';
import { anywhere, createCallGuards } from '../policy/index.ts';
import { createUserAgent, type HostPort } from '../sip/index.ts';
import type { Tenant } from '../tenants/index.ts';
import { botOf } from './bots.ts';
import type { Destinations } from './destinations.ts';
import { startMedia } from './start-media.ts';
import { version } from './version.ts';

export interface TalkEngineParts extends Pick<EnginePorts, 'clock' | 'random' | 'at' | 'media' | 'sendSip'> {
  readonly settings: Pick<Settings, 'ringTimeoutMs' | 'maxCallDurationMs'>;
  readonly dialogs: ReadonlyMap<string, ConversationService>;
  readonly destinations: Destinations;
  /** This side, and the far end that every message goes to. */
  readonly here: HostPort;
  readonly there: HostPort;
  readonly observe: (event: CallEvent, state: CallState) => void;
  /** The call is over, and this is all of it. */
  readonly onOver: (state: CallState) => void;
  readonly onFault: (fault: unknown) => void;
  /** Stands between the call and its bot. */
  readonly watchBot: (bot: ConversationService) => ConversationService;
}

export function createTalkEngine(parts: TalkEngineParts): Engine {
  const { clock, random, at, media, sendSip, destinations, here, there } = parts;
  const ports: EnginePorts = {
    clock,
    random,
    at,
    media,
    sendSip,
    userAgent: createUserAgent({ random, sentBy: here, userAgent: `outdial/${version}`, digest }),
    guards: createCallGuards(),
    isOverloaded: () => false,
    newAbort: () => new AbortController(),
    checkRequestUrl: destinations.checkRequestUrl,
    botOf: (tenant) => parts.watchBot(botOf(tenant, parts.dialogs, destinations)),
    accept: async () => ok(undefined),
    keepDialog: async () => undefined,
    notify: () => undefined,
    // It would reach a person.
    sendTextMessage: async () => ok(undefined),
    writeRecord: parts.onOver,
    observe: (_sessionId, _tenantId, event, state) => {
      parts.observe(event, state);
    },
    reportRefused: () => undefined,
    reportDropped: () => undefined,
    reportFault: (_sessionId, fault) => {
      parts.onFault(fault);
    },
  };
  return createEngine(ports, settingsOf(parts, there, here));
}

function settingsOf(
  { settings }: Pick<TalkEngineParts, 'settings'>,
  there: HostPort,
  { host }: HostPort,
): EngineSettings {
  return {
    maxCalls: 1,
    mediaAddress: host,
    defaultFrom: `sip:outdial@${host}`,
    trunk: { transport: 'udp', ...there },
    // Wherever the call is to go, it goes to the far end in this process.
    sipPolicy: anywhere,
    ringTimeoutMs: settings.ringTimeoutMs,
    maxCallDurationMs: settings.maxCallDurationMs,
    recordingDirectory: '',
  };
}

/** What only a far end somewhere else has a use for: recordings, SRTP, limits of spending. */
export function talkTenant(tenant: Tenant, kind: 'typed' | 'spoken'): Tenant {
  const { codecs } = tenant.settings;
  return {
    ...tenant,
    recording: 'off',
    limits: { ...tenant.limits, allowedPrefixes: [] },
    settings: {
      ...tenant.settings,
      mediaEncryptionPolicy: 'off',
      isOfferLate: false,
      isReliabilityRequired: false,
      // Opus alone is nothing that the far end of a spoken talk understands.
      ...(codecs.length === 0 ? {} : { codecs: [...codecs, 'PCMU'] }),
      // Whoever types what the bot has just said means it.
      ...(kind === 'typed' ? { isEchoSuppressed: false } : {}),
    },
  };
}

/** The media of a spoken talk: that of a gateway, on the loopback interface. The error is one sentence. */
export async function startTalkMedia(
  settings: Settings,
  tenant: Tenant,
  destinations: Destinations,
  speechModule: string | undefined,
): Promise<Result<MediaThreads, string>> {
  const speechTls = readClientTls(settings);
  if (!speechTls.ok) return speechTls;
  const { rtpBindHostIpv6: _other, ...usual } = settings;
  const media = startMedia(
    {
      settings: { ...usual, rtpBindHost: talkAddress, mediaThreads: 1 },
      tenants: { deployment: tenant, tenants: [] },
      log: { error: () => undefined, warn: () => undefined },
      ...(speechModule === undefined ? {} : { speechModule }),
    },
    destinations,
    speechTls.value,
    {
      onThreadLost: () => undefined,
      onMediaPace: () => undefined,
      onPrompt: () => undefined,
      onSpeechLoad: () => undefined,
    },
  );
  try {
    await media.whenReady();
    return ok(media);
  } catch (fault) {
    await media.close();
    return err(fault instanceof Error ? fault.message : String(fault));
  }
}

/** Where both sides of a talk are. */
export const talkAddress = '127.0.0.1';
