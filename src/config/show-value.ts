/** Values as people may see them. */
import { Secret } from './secret.ts';
import { quoteName } from '../kit/index.ts';
import { type HostPort, printHostPort } from '../sip/index.ts';
import type { PortRange, SettingKind, SettingValue } from './setting-kind.ts';

/** A text that was written as a value: nothing of a secret, of credentials in a URL or of a query. Quoted and cut. */
export function showText(kind: SettingKind, text: string): string {
  if (kind.type === 'secret' || kind.type === 'secret-json' || kind.type === 'json') return '***';
  return quoteName(kind.type === 'web-url' ? hideInUrl(text) : text);
}

/** A value that was accepted, as one would write it: durations in the unit of their kind, URLs without their query. */
export function showValue(kind: SettingKind, value: SettingValue): string {
  if (value instanceof Secret) return '***';
  if (typeof value === 'object') return kind.type === 'json' ? showKeys(value) : showObject(value);
  switch (kind.type) {
    case 'duration':
      return kind.unit === 's' ? `${Number(value) / 1000} s` : `${value} ms`;
    case 'web-url':
      return hideInUrl(String(value));
    case 'word':
      return Object.entries(kind.words).find(([, meaning]) => meaning === value)?.[0] ?? String(value);
    default:
      return String(value);
  }
}

function showObject(value: Exclude<SettingValue, string | number | boolean | Secret>): string {
  if (isList(value)) return value.map((entry) => (typeof entry === 'string' ? entry : showObject(entry))).join(',');
  if (isPortRange(value)) return `${value.first}-${value.last}`;
  if (isPlace(value)) {
    const place = printHostPort(value.host, value.port);
    if (!('transport' in value)) return place;
    return value.transport === 'udp' ? `sip:${place}` : `sip:${place};transport=${String(value.transport)}`;
  }
  return showKeys(value);
}

/** What is handed on to a service may hold anything: only the names of its keys are safe to show. */
function showKeys(value: object): string {
  return `{ ${Object.keys(value).map(quoteName).join(', ')} }`;
}

function isList(value: object): value is readonly (string | HostPort)[] {
  return Array.isArray(value);
}

function isPortRange(value: object): value is PortRange {
  return 'first' in value && typeof value.first === 'number' && 'last' in value && typeof value.last === 'number';
}

function isPlace(value: object): value is HostPort {
  return 'host' in value && typeof value.host === 'string' && 'port' in value && typeof value.port === 'number';
}

function hideInUrl(text: string): string {
  return text.replace(/^.*@/s, '***@').replace(/[?#].*$/s, '?***');
}
