import type { Settings } from '../config/index.ts';
import { codecsOf } from '../engine/index.ts';
import { type ClientTls, type MediaThreads, oneProcessorLess, startMediaThreads } from '../host/index.ts';
import type { TenantDirectory } from '../tenants/index.ts';
import type { Destinations } from './destinations.ts';
import type { GatewayLog } from './log.ts';
import { mediaDestinations } from './media-destinations.ts';
import type { Operations } from './operations.ts';

interface MediaOptions {
  readonly settings: Settings;
  readonly tenants: Pick<TenantDirectory, 'deployment' | 'tenants'>;
  readonly log: Pick<GatewayLog, 'error' | 'warn'>;
  /** Other engines than those inside, by URL. */
  readonly speechModule?: string;
}

const lossTexts = {
  media: 'A media thread ended; its calls have failed and another one was started',
  speech: 'The thread of the engines inside ended; what it heard and said has failed, and another one is being started',
};

/** Starts the media threads and the engines inside; what they tell of themselves is counted and logged. */
export function startMedia(
  { settings, tenants, log, speechModule }: MediaOptions,
  destinations: Destinations,
  speechTls: ClientTls,
  operations: Pick<Operations, 'onThreadLost' | 'onMediaPace' | 'onPrompt' | 'onSpeechLoad'>,
): MediaThreads {
  const reached = mediaDestinations(settings, destinations);
  const media = startMediaThreads({
    threads: mediaThreadsOf(settings),
    isOpusLikely: [tenants.deployment, ...tenants.tenants].some((tenant) => codecsOf(tenant).includes('opus')),
    // Audio that a bot names: bots of tenants are not the operator's.
    audioDestinations: reached.request,
    rtpPorts: { min: settings.rtpPorts.first, max: settings.rtpPorts.last },
    bindAddress: settings.rtpBindHost,
    otherBindAddresses: settings.rtpBindHostIpv6 === undefined ? [] : [settings.rtpBindHostIpv6],
    recordingReserveBytes: settings.recordingReserveMiB * 1024 * 1024,
    speech: { model: settings.speechModel, voice: settings.voice },
    speechServices: {
      destinations: reached,
      tls: speechTls,
      voiceProgram: settings.espeakProgram,
      // Each of the threads has its share of the room for spoken texts.
      cacheBytes: Math.floor((settings.ttsCacheMegabytes * 1_000_000) / mediaThreadsOf(settings)),
    },
    speechModule: speechModule ?? new URL('../providers/local-speech/index.js', import.meta.url).href,
  });
  media.onLost((reason, thread) => {
    operations.onThreadLost(thread);
    log.error({ reason }, lossTexts[thread]);
  });
  media.onPace((pace, threadNumber) => {
    operations.onMediaPace(pace, threadNumber);
  });
  media.onSpeechLoad((load) => {
    operations.onSpeechLoad(load);
  });
  media.onPrompt((news) => {
    operations.onPrompt(news.outcome);
    if (news.outcome === 'failed') log.warn({ reason: news.reason }, 'A text could not be spoken ahead of calls');
  });
  return media;
}

/** How many media threads the settings ask for. */
export function mediaThreadsOf({ mediaThreads }: Pick<Settings, 'mediaThreads'>): number {
  return mediaThreads === 0 ? oneProcessorLess() : mediaThreads;
}
