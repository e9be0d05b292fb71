/** Times and lengths as people read them. */

/** `640 ms`, `1.2 s`, `25 s`, `3 min 05 s`, `1 h 02 min`. */
export function printLength(ms: number): string {
  if (ms < 0) return `-${printLength(-ms)}`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const tenths = Math.round(ms / 100);
  if (tenths < 100) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${twoDigits(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
}

/** An instant of a call, in minutes, seconds and tenths after the call was accepted: `0:12.4`. */
export function printOffset(ms: number): string {
  const tenths = Math.round(Math.abs(ms) / 100);
  const seconds = Math.floor(tenths / 10);
  const text = `${Math.floor(seconds / 60)}:${twoDigits(seconds % 60)}.${tenths % 10}`;
  return ms < 0 && tenths > 0 ? `-${text}` : text;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
