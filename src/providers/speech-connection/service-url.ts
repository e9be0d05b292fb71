import type { Json, JsonObject } from '../../kit/index.ts';

/** Where a service is asked. */
export interface ServicePlace {
  /** Of its instance. */
  readonly url: string;
  /** Of the API; added unless it stands in the URL already. */
  readonly path: string;
  /**
   * Belongs into the URL: scalars as they are, lists as one entry for each element, objects as JSON. What stands in the
   * URL already wins.
   */
  readonly query?: JsonObject;
}

/** http: or https:. */
export function httpUrl(place: ServicePlace): string {
  return placeUrl(place, 'http');
}

/** ws: or wss:. */
export function webSocketUrl(place: ServicePlace): string {
  return placeUrl(place, 'ws');
}

function placeUrl({ url, path, query = {} }: ServicePlace, scheme: 'http' | 'ws'): string {
  const target = new URL(url.replace(/^(?:http|ws)/i, scheme));
  target.hash = '';
  if (!target.pathname.endsWith(path)) target.pathname = `${target.pathname.replace(/\/$/, '')}${path}`;
  const given = new Set(target.searchParams.keys());
  for (const [name, value] of Object.entries(query)) {
    if (given.has(name)) continue;
    for (const each of Array.isArray(value) ? value : [value]) target.searchParams.append(name, printValue(each));
  }
  return target.href;
}

function printValue(value: Json): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
