/** What SIP traces are told of this side, and the capture server that looks on. */
import type { Settings } from '../config/index.ts';
import type { SipCapture } from '../engine/index.ts';
import { openHepExporter } from '../host/index.ts';

export interface OpenSipCapture {
  readonly capture: SipCapture;
  close(): void;
}

export function openSipCapture(
  { hepCollector, hepCaptureId, hepPassword }: Settings,
  ownAddress: SipCapture['ownAddress'],
  nowMs: () => number,
  onOutcome: (outcome: 'sent' | 'lost') => void,
): OpenSipCapture {
  if (hepCollector === undefined) return { capture: { ownAddress }, close: () => undefined };
  const exporter = openHepExporter(
    {
      collector: hepCollector,
      captureId: hepCaptureId,
      ...(hepPassword === undefined ? {} : { password: hepPassword }),
      onOutcome,
    },
    nowMs,
  );
  return {
    capture: { ownAddress, watch: exporter.show },
    close: exporter.close,
  };
}
