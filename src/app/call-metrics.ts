/** Counts what calls do, from their events alone. Nothing in the engine knows of it. */
import type { CallEvent, TurnReport } from '../call/index.ts';
import type { RtpSummary } from '../media/index.ts';
import type { Metrics } from '../metrics/index.ts';

export interface CallMetrics {
  /** Takes one event. `tenant` is the label; never throws. */
  observe(sessionId: string, tenant: string, event: CallEvent): void;
  /** The call is gone, however that came about. Safe to call for one that is not known. */
  forget(sessionId: string): void;
}

/** What later events of a call are measured against. */
interface CallMarks {
  invitedAtMs: number | undefined;
  answeredAtMs: number | undefined;
  /** The last turn whose first packet was counted. */
  spokenTurnId: number | undefined;
}

export function createCallMetrics(metrics: Metrics): CallMetrics {
  const calls = new Map<string, CallMarks>();
  return {
    observe(sessionId, tenant, event) {
      const marks = calls.get(sessionId);
      switch (event.type) {
        case 'call.accepted':
          calls.set(sessionId, { invitedAtMs: undefined, answeredAtMs: undefined, spokenTurnId: undefined });
          metrics.add('outdial_calls_accepted_total', { tenant });
          if (event.direction === 'inbound') metrics.add('outdial_calls_incoming_total', { tenant });
          return;
        case 'call.started':
          if (marks !== undefined) marks.invitedAtMs = event.atMs;
          return;
        case 'call.answered':
          if (marks !== undefined) marks.answeredAtMs = event.atMs;
          metrics.add('outdial_calls_answered_total', { tenant });
          observeWait(metrics, 'outdial_call_ring_seconds', marks?.invitedAtMs, event.atMs);
          return;
        case 'call.over': {
          const { state, endCode: code, atMs } = event.end;
          metrics.add(state === 'ended' ? 'outdial_calls_ended_total' : 'outdial_calls_failed_total', { tenant, code });
          observeWait(metrics, 'outdial_call_talk_seconds', marks?.answeredAtMs, atMs);
          calls.delete(sessionId);
          return;
        }
        case 'turn.asked':
          metrics.add('outdial_turns_total', { cause: event.turn.cause.type });
          observeHearing(metrics, event.turn);
          return;
        case 'turn.answered':
          observeWait(metrics, 'outdial_turn_bot_first_byte_seconds', event.turn.askedAtMs, event.turn.firstByteAtMs);
          observeWait(metrics, 'outdial_turn_bot_seconds', event.turn.askedAtMs, event.turn.repliedAtMs);
          return;
        case 'turn.failed':
          metrics.add('outdial_turns_failed_total', { code: event.turn.error?.code ?? 'internal.bug' });
          return;
        case 'turn.speculated':
          metrics.add('outdial_speculations_total', { outcome: event.outcome });
          return;
        case 'turn.spoken':
          if (marks !== undefined) observeSpeaking(metrics, event.turn, marks);
          return;
        case 'turn.interrupted':
          // What the end of the call cuts short nobody spoke over.
          if (marks !== undefined) metrics.add('outdial_turns_interrupted_total', {});
          return;
        case 'media.closed':
          addRtp(metrics, event.rtp);
          return;
        case 'call.warning':
          metrics.add('outdial_call_warnings_total', {});
          return;
        case 'recording.failed':
          metrics.add('outdial_recordings_failed_total', {});
          return;
        case 'call.hop-failed':
          metrics.add('outdial_sip_hop_failures_total', { cause: event.cause });
          return;
        case 'call.early-media':
          metrics.add('outdial_early_media_total', { sound: event.sound });
          return;
        case 'call.fax':
          metrics.add('outdial_fax_answers_total', {});
          return;
        case 'transfer.over':
          metrics.add('outdial_transfers_total', { cause: event.cause, outcome: event.outcome });
          return;
        case 'transfer.started':
        case 'call.held':
        case 'call.moved':
        case 'transfer.consulted':
        case 'call.resumed':
        case 'call.ringing':
        case 'command.taken':
        case 'key.pressed':
        case 'turn.finished':
        case 'voice.started':
        case 'voice.understood':
          return;
        default:
          event satisfies never;
      }
    },
    forget(sessionId) {
      calls.delete(sessionId);
    },
  };
}

type WaitName = Parameters<Metrics['observe']>[0];

/** A wait counts when both of its ends are known. */
function observeWait(metrics: Metrics, name: WaitName, fromMs: number | undefined, toMs: number | undefined): void {
  if (fromMs !== undefined && toMs !== undefined) metrics.observe(name, {}, Math.max(0, toMs - fromMs) / 1000);
}

function observeHearing(metrics: Metrics, { cause, askedAtMs }: TurnReport): void {
  if (cause.type !== 'speech') return;
  const { lastVoiceAtMs, speechEndedAtMs, finalAtMs } = cause.heard;
  observeWait(metrics, 'outdial_turn_end_of_speech_seconds', lastVoiceAtMs, speechEndedAtMs);
  observeWait(metrics, 'outdial_turn_recognition_seconds', speechEndedAtMs, finalAtMs);
  observeWait(metrics, 'outdial_turn_asking_seconds', finalAtMs, askedAtMs);
}

function observeSpeaking(metrics: Metrics, turn: TurnReport, marks: CallMarks): void {
  if (marks.spokenTurnId === turn.turnId) return;
  marks.spokenTurnId = turn.turnId;
  const { firstByteAtMs, repliedAtMs, firstSamplesAtMs, firstAudioAtMs } = turn;
  // The answer to the first turn waits for the callee's, one that was asked for ahead for the words themselves.
  const heldUntilMs = turn.cause.type === 'start' ? marks.answeredAtMs : finalOf(turn);
  observeWait(metrics, 'outdial_turn_voice_ready_seconds', later(firstByteAtMs, heldUntilMs), firstSamplesAtMs);
  observeWait(metrics, 'outdial_turn_first_packet_seconds', later(firstSamplesAtMs, heldUntilMs), firstAudioAtMs);
  observeWait(metrics, 'outdial_turn_voice_seconds', later(repliedAtMs, heldUntilMs), firstAudioAtMs);
  if (turn.cause.type !== 'speech') return;
  observeWait(metrics, 'outdial_turn_response_seconds', turn.cause.heard.lastVoiceAtMs, turn.firstAudioAtMs);
}

function finalOf({ cause }: TurnReport): number | undefined {
  return cause.type === 'speech' ? cause.heard.finalAtMs : undefined;
}

/** The later of an instant and, where there is one, what it waits for. */
function later(atMs: number | undefined, heldUntilMs: number | undefined): number | undefined {
  return atMs === undefined ? undefined : Math.max(atMs, heldUntilMs ?? atMs);
}

function addRtp(metrics: Metrics, rtp: RtpSummary): void {
  metrics.add('outdial_rtp_packets_sent_total', {}, rtp.packetsSent);
  metrics.add('outdial_rtp_packets_received_total', {}, rtp.packetsReceived);
  // Duplicates can outnumber losses; a counter does not fall.
  metrics.add('outdial_rtp_packets_lost_total', {}, Math.max(0, rtp.packetsLost));
  metrics.add('outdial_rtp_packets_late_total', {}, rtp.packetsLate);
  metrics.add('outdial_rtp_packets_from_strangers_total', {}, rtp.packetsFromStrangers);
  metrics.add('outdial_rtp_packets_malformed_total', {}, rtp.packetsMalformed);
  // A call that never was connected says nothing about the pacer or the network.
  if (rtp.packetsSent > 1) metrics.observe('outdial_rtp_send_jitter_p99_seconds', {}, rtp.sendJitterP99Ms / 1000);
  if (rtp.packetsReceived > 1) metrics.observe('outdial_rtp_receive_jitter_seconds', {}, rtp.jitterMs / 1000);
  observeQuality(metrics, rtp);
}

/** Only what is known: a far end without RTCP tells nothing. */
function observeQuality(metrics: Metrics, rtp: RtpSummary): void {
  const { packetsReceived, packetsLost, packetsLate, packetsSent, roundTripMs } = rtp;
  const expected = packetsReceived + packetsLost;
  if (roundTripMs !== null) metrics.observe('outdial_rtp_round_trip_seconds', {}, roundTripMs / 1000);
  if (rtp.farJitterMs !== null) metrics.observe('outdial_rtp_far_jitter_seconds', {}, rtp.farJitterMs / 1000);
  if (packetsReceived > 1) observeLoss(metrics, 'received', packetsLost + packetsLate, expected);
  if (rtp.farPacketsLost !== null) observeLoss(metrics, 'sent', rtp.farPacketsLost, packetsSent);
  if (rtp.mos !== null) metrics.observe('outdial_rtp_mos', { direction: 'received' }, rtp.mos);
  if (rtp.farMos !== null) metrics.observe('outdial_rtp_mos', { direction: 'sent' }, rtp.farMos);
}

function observeLoss(metrics: Metrics, direction: 'received' | 'sent', lost: number, expected: number): void {
  if (expected > 0) metrics.observe('outdial_rtp_loss_ratio', { direction }, Math.min(1, Math.max(0, lost / expected)));
}
