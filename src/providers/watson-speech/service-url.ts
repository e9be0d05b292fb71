import type { JsonObject } from '../../kit/index.ts';

/**
 * The WebSocket address of a service: its instance's URL with the path of the API and the parameters that belong into it.
 * Scalars go as they are, anything else as JSON. Parameters that stand in the URL already win.
 */
export function serviceUrl(
  url: string,
  path: string,
  parameters: JsonObject,
  belongs: (name: string) => boolean,
): string {
  const target = new URL(url);
  target.protocol = target.protocol.replace(/^http/, 'ws');
  target.hash = '';
  if (!target.pathname.endsWith(path)) target.pathname = `${target.pathname.replace(/\/$/, '')}${path}`;
  for (const [name, value] of Object.entries(parameters)) {
    if (!belongs(name) || target.searchParams.has(name)) continue;
    target.searchParams.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  return target.href;
}
