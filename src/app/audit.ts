/**
 * The audit log: who did what to the configuration, to credentials and with calls. One line an action, no secret and no
 * whole number among its fields. Failed logins are counted, and only so many of them written, so that guessing cannot
 * flood the disk.
 */
import { createHash } from 'node:crypto';
import type { AuditPort } from '../api/index.ts';
import { checkCallUri, printHost } from '../sip/index.ts';
import { maskNumbers } from './log.ts';

export interface Audit extends AuditPort {
  /** A configuration was put into force, or was refused and the one before stays. */
  configurationRead(occasion: 'start' | 'reload', outcome: ConfigurationOutcome): void;
  /** Writes what is still being counted and lets go of the timer. */
  close(): void;
}

export type ConfigurationOutcome =
  | { readonly result: 'in force'; readonly fingerprint: string; readonly tenants: number }
  | { readonly result: 'refused'; readonly problems: number };

export interface AuditPorts {
  /** Writes one line. */
  write(fields: object, text: string): void;
  /** Calls back once after so long; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
  /** Called for each failed login, written or not. */
  onLoginFailed(): void;
}

/** Failed logins written in a minute; the rest is one line at its end. */
export const loginLinesPerMinute = 30;
const windowMs = 60_000;

export function createAudit(ports: AuditPorts): Audit {
  let loginFailures = 0;
  let cancelWindow: (() => void) | undefined;

  function endWindow(): void {
    cancelWindow = undefined;
    const suppressed = loginFailures - loginLinesPerMinute;
    loginFailures = 0;
    if (suppressed > 0) ports.write({ action: 'login.failed', suppressed }, 'more logins failed within a minute');
  }

  return {
    loginFailed({ tenantId, sourceAddress, hasCredentials }) {
      ports.onLoginFailed();
      cancelWindow ??= ports.after(windowMs, endWindow);
      loginFailures += 1;
      if (loginFailures > loginLinesPerMinute) return;
      const tenant = tenantId === undefined ? {} : { tenantId: maskNumbers(tenantId) };
      ports.write({ action: 'login.failed', ...tenant, sourceAddress, hasCredentials }, 'a login failed');
    },
    callStarted({ to, tenantId, ...who }) {
      // A tenant may be named by its number.
      const fields = { tenantId: maskNumbers(tenantId), ...who, destination: maskDestination(to) };
      ports.write({ action: 'call.started', ...fields }, 'a call was started');
    },
    configurationRead(occasion, outcome) {
      const text =
        outcome.result === 'in force' ? 'a configuration is in force' : 'a configuration was refused: nothing changed';
      ports.write({ action: `configuration.${occasion}`, ...outcome }, text);
    },
    close() {
      cancelWindow?.();
      endWindow();
    },
  };
}

/** Where a call went, without whom it reached: the last two digits and the host. `sip:+15551234@example.net` gives `sip:***34@example.net`. */
export function maskDestination(to: string): string {
  const checked = checkCallUri(to);
  if (!checked.ok) return '***';
  const { scheme, user, host } = checked.value;
  const shownUser = user === undefined ? '' : maskNumber(user);
  if (host === undefined) return `${scheme}:${shownUser}`;
  // A number may also stand where a host belongs.
  const shownHost = /^\d+$/.test(host) ? maskNumber(host) : printHost(host);
  return user === undefined ? `${scheme}:${shownHost}` : `${scheme}:${shownUser}@${shownHost}`;
}

/** Names and short numbers are hidden whole: two digits of four would be half of it. */
function maskNumber(text: string): string {
  // Parameters may stand within a user part, with a number of their own.
  const digits = text.replace(/;.*$/, '').replaceAll(/\D/g, '');
  return digits.length >= 6 ? `***${digits.slice(-2)}` : '***';
}

/** Tells two configurations apart without holding anything of them. Secrets are not part of it: they become `***`. */
export function fingerprintOf(configuration: unknown): string {
  return createHash('sha256').update(JSON.stringify(configuration)).digest('hex').slice(0, 16);
}
