import { isIP } from 'node:net';

/** `address`, `address:port` or `[v6]:port`, as Node's resolver takes it. */
export function isNameServer(text: string): boolean {
  if (isIP(text) !== 0) return true;
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const [version, port] = [isIP(match?.[1] ?? match?.[2] ?? ''), Number(match?.[3] ?? 0)];
  return port >= 1 && port <= 65_535 && version === (match?.[1] === undefined ? 4 : 6);
}
