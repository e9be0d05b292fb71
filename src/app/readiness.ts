/** Whether the gateway can take calls, and everything that stands against it. */
import type { Clock, GatewayError, Result } from '../kit/index.ts';

export interface ReadinessPorts {
  isDraining(): boolean;
  /** Why no call can have media, in a short sentence. */
  mediaProblem(): string | undefined;
  isSipOpen(): boolean;
  /** What is amiss and keeps no call from being taken. */
  remarks?(): readonly string[];
  storeHealth(): Result<void, GatewayError>;
  /** Tries the data directory; the error says why it takes no files. Never rejects, and gives up by itself. */
  checkDataDirectory(): Promise<Result<void, string>>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

export interface Readiness {
  readonly ready: boolean;
  /** Short sentences without secrets or paths. */
  readonly reasons: readonly string[];
  /** What is amiss all the same; absent when nothing is. */
  readonly remarks?: readonly string[];
}

/** How long the last look at the data directory counts: probes must not keep the disk busy. */
const diskCheckLastsMs = 5000;

/** Probes that come at the same time share one look at the disk. */
export function createReadiness(ports: ReadinessPorts): () => Promise<Readiness> {
  let look: Promise<Result<void, string>> | undefined;
  let lookedAtMs = 0;

  return async () => {
    const nowMs = ports.clock.nowMs();
    if (look === undefined || nowMs - lookedAtMs >= diskCheckLastsMs) {
      look = ports.checkDataDirectory();
      lookedAtMs = nowMs;
    }
    const disk = await look;
    const store = ports.storeHealth();
    const mediaProblem = ports.mediaProblem();
    const reasons = [
      ...(ports.isDraining() ? ['shutting down'] : []),
      ...(mediaProblem === undefined ? [] : [mediaProblem]),
      ...(ports.isSipOpen() ? [] : ['the SIP socket is not open']),
      ...(store.ok ? [] : [`the store does not take what it is given (${store.error.code})`]),
      ...(disk.ok ? [] : [`the data directory takes no files (${disk.error})`]),
    ];
    const remarks = ports.remarks?.() ?? [];
    return { ready: reasons.length === 0, reasons, ...(remarks.length === 0 ? {} : { remarks }) };
  };
}
