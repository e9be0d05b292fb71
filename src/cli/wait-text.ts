/** How long the callee waited for the bot's voice, and for what, in words. */
export interface WaitPart {
  readonly name: string;
  readonly durationMs: number;
}

/** Parts of less than a millisecond are left out: rounded they are none. */
export function printWait(parts: readonly WaitPart[]): string {
  const wholeMs = parts.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const told = parts.map(({ name, durationMs }) => ({ name, ms: Math.round(durationMs) })).filter(({ ms }) => ms > 0);
  const sum = told.map(({ name, ms }) => `${name} ${ms}`).join(' + ');
  return `${Math.round(wholeMs)} ms after the last voice${sum === '' ? '' : `: ${sum}`}`;
}
