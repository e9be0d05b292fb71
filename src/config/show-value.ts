/** Values as people may see them. */
import { quoteName } from './nearest-name.ts';
import { Secret } from './secret.ts';
import type { SettingKind, SettingValue } from './setting-kind.ts';

/** A text that was written as a value: nothing of a secret, of credentials in a URL or of a query. Quoted and cut. */
export function showText(kind: SettingKind, text: string): string {
  if (kind.type === 'secret' || kind.type === 'secret-json' || kind.type === 'json') return '***';
  return quoteName(kind.type === 'web-url' ? hideInUrl(text) : text);
}

/** A value that was accepted, as one would write it: durations in the unit of their kind, URLs without their query. */
export function showValue(kind: SettingKind, value: SettingValue): string {
  if (value instanceof Secret) return '***';
  switch (kind.type) {
    case 'duration':
      return kind.unit === 's' ? `${Number(value) / 1000} s` : `${String(value)} ms`;
    case 'web-url':
      return hideInUrl(String(value));
    case 'word':
      return Object.entries(kind.words).find(([, meaning]) => meaning === value)?.[0] ?? String(value);
    default:
      return typeof value === 'object' ? showObject(value) : String(value);
  }
}

function showObject(value: Exclude<SettingValue, string | number | boolean | Secret>): string {
  if ('first' in value && 'last' in value) return `${String(value.first)}-${String(value.last)}`;
  if ('host' in value && 'port' in value) return `sip:${String(value.host)}:${String(value.port)}`;
  // What is handed on to a service may hold anything: only the names of its keys are safe to show.
  return `{ ${Object.keys(value).map(quoteName).join(', ')} }`;
}

function hideInUrl(text: string): string {
  return text.replace(/^.*@/s, '***@').replace(/[?#].*$/s, '?***');
}
