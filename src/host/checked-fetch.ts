/** `fetch` for URLs that come from a bot: it connects only where a destination policy lets it. */
import { Agent, fetch as undiciFetch } from 'undici';
import { type DestinationPolicy, judgeDestination } from '../policy/index.ts';
import { checkedConnector } from './checked-connector.ts';
import { resolveBySystem } from './checked-lookup.ts';
import type { SendRequest } from './fetch-audio.ts';

/** Without a policy nothing is reached. */
export function createCheckedFetch(policy: DestinationPolicy | undefined): SendRequest {
  if (policy === undefined) return () => Promise.reject(new Error('no destination is allowed'));
  const judge = (address: string, port: number): string | undefined => {
    const judged = judgeDestination(address, port, policy);
    return judged.ok ? undefined : judged.error;
  };
  const dispatcher = new Agent({ connect: checkedConnector(judge, resolveBySystem), keepAliveTimeout: 1000 });
  return (url, { signal }) =>
    undiciFetch(url, { redirect: 'error', dispatcher, ...(signal instanceof AbortSignal ? { signal } : {}) });
}
