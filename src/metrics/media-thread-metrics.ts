/** How the threads of media and of the engines inside do. */
import type { MetricSpec } from './metric-spec.ts';

export const mediaThreadMetrics = [
  {
    name: 'outdial_media_tick_lateness_seconds',
    type: 'gauge',
    group: 'RTP',
    help: 'How late the beat of 20 ms of a media thread came in its last 5 s with calls: median, 99 of 100, longest. Above 3 ms at 0.99: too many calls for the thread (CLUSTER_WORKERS) or the machine.',
    labels: ['thread', 'quantile'],
  },
  {
    name: 'outdial_media_ticks_skipped_total',
    type: 'counter',
    group: 'RTP',
    help: 'Beats that a media thread left out because it was held up for more than 60 ms: nothing was sent for so long.',
    labels: ['thread'],
  },
  {
    name: 'outdial_speech_audio_dropped_total',
    type: 'counter',
    group: 'RTP',
    help: 'Pieces of audio (at most 20 ms) of a media thread that the engines inside were too busy to take: they were not heard.',
    labels: ['thread'],
  },
  {
    name: 'outdial_media_thread_restarts_total',
    type: 'counter',
    group: 'RTP',
    help: 'How often a media thread ended unasked and another one was started.',
  },
  {
    name: 'outdial_speech_thread_restarts_total',
    type: 'counter',
    group: 'RTP',
    help: 'How often the thread of the engines inside ended unasked and another one was started.',
  },
] as const satisfies readonly MetricSpec[];
