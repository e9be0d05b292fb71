import { pino } from 'pino';

/** Structured logs, one JSON object a line. Fields never hold a secret, a telephone number or what was said. */
export interface GatewayLog {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
  /** A line of the audit log, marked `audit: true`. It is written at every level but `silent`. */
  audit(fields: object, text: string): void;
}

/** `level` is a pino level or `silent`. */
export function createLog(level: string): GatewayLog {
  const log = pino({
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    // A second wall: no field with such a name is ever printed, whoever puts it there.
    redact: {
      paths: ['password', '*.password', 'authorization', '*.authorization', 'apikey', '*.apikey', 'token', '*.token'],
      censor: '***',
    },
  });
  const audit = log.child({ audit: true }, { level: level === 'silent' ? level : 'info' });
  return {
    debug: (fields, text) => log.debug(fields, text),
    info: (fields, text) => log.info(fields, text),
    warn: (fields, text) => log.warn(fields, text),
    error: (fields, text) => log.error(fields, text),
    audit: (fields, text) => audit.info(fields, text),
  };
}

/** Telephone numbers in a text (tenants are often named by theirs) but for their last two digits. */
export function maskNumbers(text: string): string {
  return text.replaceAll(/\d(?:[-.() ]*\d){4,}/g, (number) => number.replaceAll(/\d(?=(?:\D*\d){2})/g, '*'));
}
