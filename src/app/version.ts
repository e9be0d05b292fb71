import { readFileSync } from 'node:fs';

/** From package.json, three folders above the built file in the repository as in the package. */
function readVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  const { version }: { version?: unknown } = JSON.parse(text);
  return typeof version === 'string' ? version : 'unknown';
}

export const version = readVersion();
