import type { Transferable } from 'node:worker_threads';
import type { ThreadReady } from './worker-link.ts';

/**
 * The address of a thread's entry file beside this module, given without its ending: the code runs built (`.js`), and as
 * source (`.ts`) on a Node that strips types.
 */
export function threadEntry(name: string): URL {
  const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  return new URL(`./${name}${ending}`, import.meta.url);
}

/** The side of `MessagePort` a thread uses, typed by what it may say. */
export interface ThreadPort<Request, Reply> {
  on(event: 'message', listener: (request: Request) => void): unknown;
  postMessage(reply: Reply | ThreadReady, transfer?: readonly Transferable[]): void;
}

/** The port to the owner; throws when the module was not started as a thread. */
export function threadPort<Request, Reply>(port: ThreadPort<Request, Reply> | null): ThreadPort<Request, Reply> {
  if (port === null) throw new Error('this module runs only as a worker thread');
  return port;
}
