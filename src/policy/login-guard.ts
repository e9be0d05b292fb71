/**
 * Slows down guessing of passwords (promise A5). Who fails too often is refused without a look at the credentials,
 * until the window that began with the first failure is over.
 *
 * A source is refused by its own failures, whichever tenants they were for. When a tenant meets too many failures from
 * everywhere, sources that have failed are refused at once and others get one try each: good credentials from elsewhere
 * work all the time.
 */
import { sourceKey } from './source-key.ts';

export interface LoginGuardOptions {
  /** Failures in a window before a source, or a tenant's failing sources, are refused. Default 10. */
  readonly maxFailures?: number;
  /** Default 60,000. */
  readonly windowMs?: number;
  /** Sources and tenants that are remembered; beyond it the oldest are forgotten. Default 10,000 each. */
  readonly maxEntries?: number;
}

export interface LoginGuard {
  /** Seconds to wait, at least 1, when this source must not try now. */
  retryAfterS(source: string, account: string, nowMs: number): number | undefined;
  failed(source: string, account: string, nowMs: number): void;
}

interface Window {
  failures: number;
  readonly endsAtMs: number;
}

export function createLoginGuard(options: LoginGuardOptions = {}): LoginGuard {
  const { maxFailures = 10, windowMs = 60_000, maxEntries = 10_000 } = options;
  const sources = new Map<string, Window>();
  const accounts = new Map<string, Window>();

  function find(windows: Map<string, Window>, key: string, nowMs: number): Window | undefined {
    const window = windows.get(key);
    if (window === undefined || window.endsAtMs > nowMs) return window;
    windows.delete(key);
    return undefined;
  }

  function count(windows: Map<string, Window>, key: string, nowMs: number): void {
    const window = find(windows, key, nowMs);
    if (window !== undefined) {
      window.failures += 1;
      return;
    }
    // All windows are equally long: the one that was put in first ends first.
    const [oldest] = windows.keys();
    if (windows.size >= maxEntries && oldest !== undefined) windows.delete(oldest);
    windows.set(key, { failures: 1, endsAtMs: nowMs + windowMs });
  }

  return {
    retryAfterS(source, account, nowMs) {
      const own = find(sources, sourceKey(source), nowMs);
      if (own === undefined) return undefined;
      const tenant = find(accounts, account, nowMs);
      const isOver = own.failures >= maxFailures || (tenant !== undefined && tenant.failures >= maxFailures);
      return isOver ? Math.max(1, Math.ceil((own.endsAtMs - nowMs) / 1000)) : undefined;
    },
    failed(source, account, nowMs) {
      count(sources, sourceKey(source), nowMs);
      count(accounts, account, nowMs);
    },
  };
}
