/** The RTP of a call in rows that say what is bad, why, and where to look. */
import type { CallRecord } from '../../../../src/reports/index.ts';
import { above, below, type Judgement, lossLimits, lossPercent, mosLimits } from '../header/key-figures.ts';

export interface QualityRow {
  readonly name: string;
  readonly value: string;
  readonly judgement?: Judgement;
  /** What it means here; of what is amiss, also the likely cause. */
  readonly meaning: string;
}

type Rtp = NonNullable<CallRecord['rtpNetworkSummary']>;

const limits = {
  jitterMs: { warn: 20, bad: 50 },
  roundTripMs: { warn: 200, bad: 400 },
  latePercent: { warn: 0.5, bad: 2 },
  sendMs: { warn: 10, bad: 20 },
} as const;

export function qualityRows(rtp: Rtp): readonly QualityRow[] {
  const rows = [...fromCallee(rtp), ...toCallee(rtp), ...path(rtp)];
  return rows.filter((row) => row !== undefined);
}

function fromCallee(rtp: Rtp): readonly (QualityRow | undefined)[] {
  const loss = lossPercent(rtp.packetsReceived, rtp.packetsLost);
  const late = rtp.packetsReceived === 0 ? 0 : (100 * rtp.packetsLate) / rtp.packetsReceived;
  return [
    {
      name: 'Packets from the callee',
      value: String(rtp.packetsReceived),
      ...(rtp.packetsReceived === 0 && rtp.packetsSent > 0 ? { judgement: 'bad' as const } : {}),
      meaning:
        rtp.packetsReceived === 0
          ? 'Nothing was heard: media is blocked on the way here, often by a firewall or an address in SDP that cannot be reached.'
          : 'What the recogniser and the recording were given.',
    },
    {
      name: 'Lost',
      value: `${Math.max(0, rtp.packetsLost)} (${loss.toFixed(1)} %)`,
      judgement: above(loss, lossLimits),
      meaning:
        loss >= lossLimits.warn
          ? 'Words were missing: the network between callee and gateway drops packets.'
          : 'Gaps of 20 ms in what was heard.',
    },
    {
      name: 'Too late',
      value: `${rtp.packetsLate} (${late.toFixed(1)} %)`,
      judgement: above(late, limits.latePercent),
      meaning:
        late >= limits.latePercent.warn
          ? 'They came after their turn to be played and count as lost: the network delays unevenly.'
          : 'Came after their turn to be played.',
    },
    measured('Jitter', rtp.jitterMaxMs ?? rtp.jitterMs, limits.jitterMs, {
      fine: 'How unevenly packets came, at worst.',
      amiss: 'The jitter buffer has to wait longer, and answers come later: a busy link, or Wi-Fi on the way.',
    }),
    scored('MOS as heard here', rtp.mosMin ?? rtp.mos),
    rtp.packetsFromStrangers === 0
      ? undefined
      : {
          name: 'From strangers',
          value: String(rtp.packetsFromStrangers),
          judgement: 'warn',
          meaning: 'Packets from an address that the call has not agreed on; they were dropped.',
        },
    rtp.packetsDuplicated === 0
      ? undefined
      : {
          name: 'Twice',
          value: String(rtp.packetsDuplicated),
          meaning: 'The network repeated them; they are played once.',
        },
    rtp.packetsMalformed === 0
      ? undefined
      : {
          name: 'Not RTP, or with a wrong key',
          value: String(rtp.packetsMalformed),
          judgement: 'warn',
          meaning: 'They could not be read: often SRTP keys that do not match.',
        },
  ];
}

function toCallee(rtp: Rtp): readonly (QualityRow | undefined)[] {
  const isTold = rtp.farPacketsLost !== null;
  const loss = lossPercent(rtp.packetsSent, rtp.farPacketsLost ?? 0);
  return [
    {
      name: 'Packets to the callee',
      value: String(rtp.packetsSent),
      meaning: 'One every 20 ms while the call was answered.',
    },
    {
      name: 'Lost on the way there',
      value: isTold ? `${rtp.farPacketsLost} (${loss.toFixed(1)} %)` : 'not told',
      ...(isTold ? { judgement: above(loss, lossLimits) } : {}),
      meaning: !isTold
        ? 'The far end sends no RTCP, so that nothing is known of what it hears.'
        : loss >= lossLimits.warn
          ? 'The callee heard the bot with gaps: the network towards the callee drops packets.'
          : 'As the far end told by RTCP.',
    },
    measured('Jitter there', rtp.farJitterMs, limits.jitterMs, {
      fine: 'As the far end told by RTCP.',
      amiss: 'The far end gets our packets unevenly; our own sending is below.',
    }),
    scored('MOS as heard there', rtp.farMosMin ?? rtp.farMos),
    measured('Unevenness of sending', rtp.sendJitterP99Ms, limits.sendMs, {
      fine: 'How far from 20 ms apart packets left, 99 of 100.',
      amiss: 'The gateway sends unevenly: its machine is too busy.',
    }),
  ];
}

function path(rtp: Rtp): readonly (QualityRow | undefined)[] {
  return [
    measured('Round trip', rtp.roundTripMaxMs ?? rtp.roundTripMs, limits.roundTripMs, {
      fine: 'There and back over the network, at worst.',
      amiss: 'Both sides hear each other late and speak at the same time: a long way, or a full queue on it.',
    }),
    rtp.rtcpPacketsRefused === 0
      ? undefined
      : {
          name: 'RTCP refused',
          value: String(rtp.rtcpPacketsRefused),
          meaning: 'From places that the call has not agreed on, or none that can be read.',
        },
    rtp.farName === null && rtp.farTool === null
      ? undefined
      : {
          name: 'The far end calls itself',
          value: [rtp.farTool, rtp.farName].filter((name) => name !== null).join(', '),
          meaning: 'CNAME and TOOL of its RTCP.',
        },
  ];
}

function measured(
  name: string,
  value: number | null,
  limit: { readonly warn: number; readonly bad: number },
  { fine, amiss }: { readonly fine: string; readonly amiss: string },
): QualityRow | undefined {
  if (typeof value !== 'number') return undefined;
  const judgement = above(value, limit);
  return { name, value: `${value.toFixed(1)} ms`, judgement, meaning: judgement === 'good' ? fine : amiss };
}

function scored(name: string, value: number | null): QualityRow | undefined {
  if (typeof value !== 'number') return undefined;
  const judgement = below(value, mosLimits);
  const meaning = {
    good: 'Estimated from loss, jitter and delay, at worst; 4.4 is as good as a telephone gets.',
    warn: 'Some listeners would be dissatisfied in its worst seconds.',
    bad: 'Many listeners would be dissatisfied in its worst seconds.',
  }[judgement];
  return { name, value: value.toFixed(2), judgement, meaning };
}
