/** What one wants to know of a call before anything else, in numbers. */
import { printLength } from '../../text/measures.ts';
import type { CallData } from '../call-data.ts';
import { median, waitsByTurn } from '../waits.ts';

export interface KeyFigure {
  readonly name: string;
  readonly value: string;
  /** What it is made of, or what is amiss. */
  readonly note?: string;
  readonly judgement?: Judgement;
}

export type Judgement = 'good' | 'warn' | 'bad';

/** Above these the callee notices that the other side is slow, and begins to speak again. */
const waitLimitsMs = { warn: 1200, bad: 2500 };
/** Below these some, and many, listeners are dissatisfied (ITU-T G.107, table B.1). */
export const mosLimits = { warn: 4, bad: 3.6 };
/** Percent of packets: audible in places, and everywhere. */
export const lossLimits = { warn: 1, bad: 3 };

export function keyFigures(data: CallData): readonly KeyFigure[] {
  const { call, record } = data;
  const waits = [...waitsByTurn(data).values()].sort((a, b) => a - b);
  const figures: KeyFigure[] = [];
  if (record !== undefined) {
    if (record.talkTime > 0) figures.push({ name: 'Talk time', value: printLength(record.talkTime) });
    const rang = ringingMs(record.inviteTime, record.answerTime);
    if (rang !== undefined) figures.push({ name: 'Answered after', value: printLength(rang) });
  }
  const worst = waits.at(-1);
  if (worst !== undefined) {
    figures.push({
      name: 'Wait for the bot',
      value: printLength(median(waits)),
      note: `median; worst ${printLength(worst)}`,
      judgement: above(worst, waitLimitsMs),
    });
  }
  figures.push(...audioFigures(record));
  if (call.direction === 'inbound') figures.push({ name: 'Direction', value: 'Inbound' });
  const transfer = record?.transfer ?? undefined;
  if (transfer !== undefined) {
    const { outcome, method, target, sipStatus } = transfer;
    const parts = [method, target ?? '', sipStatus === null ? '' : `SIP ${sipStatus}`].filter((part) => part !== '');
    figures.push({
      name: 'Transfer',
      value: outcome,
      note: parts.join(' · '),
      judgement: outcome === 'failed' ? 'bad' : outcome === 'unknown' ? 'warn' : 'good',
    });
  }
  return figures;
}

function audioFigures(record: CallData['record']): readonly KeyFigure[] {
  if (record?.codec === undefined || record.codec === null) return [];
  const figures: KeyFigure[] = [];
  const rtp = record.rtpNetworkSummary ?? undefined;
  if (rtp !== undefined) {
    const { mos, mosMin, packetsReceived, packetsLost } = rtp;
    if (typeof mos === 'number') {
      const least = mosMin ?? mos;
      const note = least < mos ? `mean; least ${least.toFixed(2)}` : 'as the callee was heard';
      figures.push({ name: 'Voice quality', value: `MOS ${mos.toFixed(2)}`, note, judgement: below(least, mosLimits) });
    }
    const percent = lossPercent(packetsReceived, packetsLost);
    const note = `${Math.max(0, packetsLost)} of ${packetsReceived + Math.max(0, packetsLost)} packets`;
    figures.push({ name: 'Loss', value: `${percent.toFixed(1)} %`, note, judgement: above(percent, lossLimits) });
  }
  const { codec, mediaEncryption } = record;
  figures.push({ name: 'Codec', value: codec, note: mediaEncryption ?? 'not encrypted (RTP)' });
  return figures;
}

export function lossPercent(received: number, lost: number): number {
  const expected = received + Math.max(0, lost);
  return expected === 0 ? 0 : (100 * Math.max(0, lost)) / expected;
}

function ringingMs(inviteTime: string | null, answerTime: string | null): number | undefined {
  if (typeof inviteTime !== 'string' || typeof answerTime !== 'string') return undefined;
  return Date.parse(answerTime) - Date.parse(inviteTime);
}

export function above(value: number, limits: { readonly warn: number; readonly bad: number }): Judgement {
  return value >= limits.bad ? 'bad' : value >= limits.warn ? 'warn' : 'good';
}

export function below(value: number, limits: { readonly warn: number; readonly bad: number }): Judgement {
  return value < limits.bad ? 'bad' : value < limits.warn ? 'warn' : 'good';
}
