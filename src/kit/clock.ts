/**
 * Time as the rest of outdial sees it. `nowMs` is a monotonic instant in milliseconds, comparable between the threads of
 * one process and with nothing else; `wallMs` is the wall clock in milliseconds since 1970 and is only ever written down,
 * never compared (promise R18: a wall clock that jumps drops no call).
 */
export interface Clock {
  nowMs(): number;
  wallMs(): number;
}

/** Milliseconds since 1970 as the ISO 8601 text used in records and events, e.g. `2025-03-04T09:15:07.120Z`. */
export function printWallTime(wallMs: number): string {
  const days = Math.floor(wallMs / 86_400_000);
  const msOfDay = wallMs - days * 86_400_000;
  // Civil date from day count (proleptic Gregorian), counted in 400-year eras that begin on 1 March.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const ms = Math.floor(msOfDay);
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  const time = `${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}`;
  return `${date}T${time}.${String(ms % 1000).padStart(3, '0')}Z`;
}
