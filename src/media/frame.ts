/** The frame of the media plane: 20 ms (RFC 3551 §4.2), whose samples follow from the rate of the call's audio. */
import type { SampleRateHz } from '../speech/index.ts';

export const frameMs = 20;
/** Of the telephone network, and of a call until its codec is known. */
export const narrowbandHz: SampleRateHz = 8000;

export function frameSamplesAt(sampleRateHz: SampleRateHz): number {
  return (sampleRateHz * frameMs) / 1000;
}
