/**
 * Tells in the log that SIP messages were dropped, without a flood becoming one of the log: of each kind the first at once, and as
 * long as more come, one line a minute with their number and the last source.
 */
import type { Hop } from '../sip/index.ts';

export interface DroppedLogPorts {
  /** Writes one line. */
  write(fields: object, text: string): void;
  /** Calls back once after so long; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
}

export interface DroppedLog {
  tell(what: string, detail: string, source: Hop): void;
  close(): void;
}

const windowMs = 60_000;

/** What somebody else does to us, and an operator may want to act on. The rest is for who looks for a mistake. */
const worthTelling: ReadonlySet<string> = new Set([
  'untrusted',
  'flood',
  'scanner',
  'guessing',
  'wrong-password',
  'no-tenant',
  'not-listed',
]);

interface Window {
  more: number;
  lastSource: string;
  readonly cancel: () => void;
}

export function createDroppedLog(ports: DroppedLogPorts): DroppedLog {
  const windows = new Map<string, Window>();

  function open(what: string): void {
    const cancel = ports.after(windowMs, () => {
      endWindow(what);
    });
    windows.set(what, { more: 0, lastSource: '', cancel });
  }

  function endWindow(what: string): void {
    const window = windows.get(what);
    windows.delete(what);
    if (window === undefined || window.more === 0) return;
    const { more, lastSource } = window;
    ports.write({ what, more, lastSource }, 'more SIP messages were refused or dropped within a minute');
    open(what);
  }

  return {
    tell(what, detail, { host }) {
      if (!worthTelling.has(what)) return;
      const window = windows.get(what);
      if (window !== undefined) {
        window.more += 1;
        window.lastSource = host;
        return;
      }
      ports.write({ what, source: host }, detail);
      open(what);
    },
    close() {
      for (const { cancel } of windows.values()) cancel();
      windows.clear();
    },
  };
}
