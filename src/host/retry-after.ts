/** A weekday, then a date with its time: no other text is taken for a date. */
const httpDate = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d{2}:\d{2}:\d{2}/;

/**
 * How many seconds to wait by a Retry-After header (RFC 9110 §10.2.3), a number or a date in any of the three forms of §5.6.7;
 * a date that is over is 0. Undefined for anything else.
 */
export function readRetryAfter(value: string, nowWallMs: number): number | undefined {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  if (!httpDate.test(value)) return undefined;
  // The form of asctime does not say that it is UTC.
  const atMs = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
  return Number.isNaN(atMs) ? undefined : Math.max(0, Math.ceil((atMs - nowWallMs) / 1000));
}
