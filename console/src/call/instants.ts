/** Where things of a call stand on its one axis: ms after the call was accepted. */
import type { CallData } from './call-data.ts';

export interface Instants {
  /** Of an ISO time, such as that of an event. */
  readonly ofTime: (iso: string) => number;
  /** Of an instant of the record, which counts from its own start. */
  readonly ofRecord: (atMs: number) => number;
}

export function instantsOf({ call, record }: Pick<CallData, 'call' | 'record'>): Instants {
  const acceptedMs = Date.parse(call.acceptedAt);
  const startMs = record === undefined ? acceptedMs : Date.parse(record.startTime);
  const shiftMs = Number.isFinite(startMs) ? startMs - acceptedMs : 0;
  return {
    ofTime: (iso) => Date.parse(iso) - acceptedMs,
    ofRecord: (atMs) => atMs + shiftMs,
  };
}
