import { isIP } from 'node:net';

/** An IP address, or a DNS name: labels of letters, digits and hyphens (underscore tolerated, as container names have it). */
export function isHost(text: string): boolean {
  if (isIP(text) !== 0) return true;
  if (text.length > 253 || /^[\d.]+$/.test(text)) return false;
  return text.split('.').every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label));
}
