/**
 * Events as they happen, as server-sent events (WHATWG HTML §9.2): the bodies of the notifications, each with an `id` that
 * `Last-Event-ID` goes on after, so that a follower who reconnects misses nothing and is told nothing twice.
 *
 * What is told comes from the store, a page at a time and the next one only when the reader has taken the last: a stream holds
 * one page, however slow its reader is, and a reader who takes nothing for `slowReaderMs` is cut off.
 */
import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { GatewayError, Result } from '../../kit/index.ts';
import type { EventSource, V1Ports } from './ports.ts';

export const streamLimits = {
  heartbeatMs: 15_000,
  slowReaderMs: 20_000,
  /** Then it has to be asked for again, with credentials that may have changed. */
  longestMs: 3_600_000,
  perTenant: 100,
  inAll: 1000,
} as const;

/** Between two looks at the store when nobody says that there is more: other nodes write, too, and so does the end of a call. */
const lookAgainMs = 1000;

export interface StreamItem {
  readonly id: string;
  /** One line of JSON; without it the item only says where to go on. */
  readonly data?: string;
}

export interface StreamPage {
  readonly items: readonly StreamItem[];
  /** Nothing will ever follow. */
  readonly isOver: boolean;
  /** Somebody else may write as well: the store is looked at again by itself. */
  readonly isQuiet: boolean;
}

/** Gives what comes after what it gave before; empty when there is nothing yet. */
export type ReadPage = () => Promise<Result<StreamPage, GatewayError>>;

export interface StreamOrder {
  readonly source: EventSource;
  readonly tenantId: string;
  readonly read: ReadPage;
}

/** The open streams of one API. */
export interface EventStreams {
  /** Whether one more may be opened. */
  hasRoom(tenantId: string): boolean;
  open(order: StreamOrder, reply: FastifyReply, ports: V1Ports): void;
  /** Ends all of them. */
  close(): void;
}

export function createEventStreams(): EventStreams {
  const open = new Set<{ readonly tenantId: string; readonly response: ServerResponse }>();
  let isClosed = false;
  return {
    hasRoom: (tenantId) =>
      !isClosed &&
      open.size < streamLimits.inAll &&
      [...open].filter((each) => each.tenantId === tenantId).length < streamLimits.perTenant,
    open(order, reply, ports) {
      reply.hijack();
      const response = reply.raw;
      const entry = { tenantId: order.tenantId, response };
      open.add(entry);
      response.on('close', () => open.delete(entry));
      response.on('error', () => open.delete(entry));
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // For proxies that collect answers before they hand them on.
        'x-accel-buffering': 'no',
      });
      void follow(order, response, ports).finally(() => {
        response.end();
      });
    },
    close() {
      isClosed = true;
      for (const { response } of open) {
        response.end();
        response.socket?.destroySoon();
      }
    },
  };
}

async function follow({ source, read }: StreamOrder, response: ServerResponse, ports: V1Ports): Promise<void> {
  const bell = createBell(ports.after);
  const unwatch = ports.feed.watch(source, bell.ring);
  response.on('close', bell.ring);
  const life = { isLate: false };
  const cancelEnd = ports.after(streamLimits.longestMs, () => {
    life.isLate = true;
    bell.ring();
  });
  let silentMs = 0;
  response.write(': outdial\n\n');
  try {
    while (!isGone(response) && !life.isLate) {
      const page = await read();
      // A store that is away comes back; what it has then is told.
      const { items, isOver, isQuiet } = page.ok ? page.value : { items: [], isOver: false, isQuiet: false };
      for (const { id, data } of items) {
        if (!(await write(response, `id: ${id}\n${data === undefined ? '' : `data: ${data}\n`}\n`, ports))) return;
      }
      if (isOver) return;
      if (items.length > 0) {
        silentMs = 0;
        continue;
      }
      const pauseMs = isQuiet ? streamLimits.heartbeatMs : lookAgainMs;
      silentMs = (await bell.wait(pauseMs)) === 'rung' ? 0 : silentMs + pauseMs;
      if (silentMs < streamLimits.heartbeatMs) continue;
      silentMs = 0;
      if (!(await write(response, ': still here\n\n', ports))) return;
    }
  } finally {
    cancelEnd();
    unwatch();
    bell.silence();
  }
}

function isGone(response: ServerResponse): boolean {
  return response.destroyed || response.writableEnded;
}

/** False when the reader is gone or too slow. */
async function write(response: ServerResponse, text: string, { after }: V1Ports): Promise<boolean> {
  if (isGone(response)) return false;
  if (response.write(text)) return true;
  const isTaken = await new Promise<boolean>((resolve) => {
    const settle = (value: boolean): void => {
      cancel();
      response.off('drain', onDrain);
      response.off('close', onClose);
      resolve(value);
    };
    const onDrain = (): void => settle(true);
    const onClose = (): void => settle(false);
    const cancel = after(streamLimits.slowReaderMs, () => settle(false));
    response.on('drain', onDrain);
    response.on('close', onClose);
  });
  if (!isTaken) response.destroy();
  return isTaken;
}

/** Something to wait for; rung while nobody waits, it is heard by the next who does. */
function createBell(after: V1Ports['after']): {
  readonly ring: () => void;
  wait(ms: number): Promise<'rung' | 'late'>;
  silence(): void;
} {
  let isRung = false;
  let tell: (() => void) | undefined;
  let cancel: (() => void) | undefined;
  return {
    ring: () => {
      isRung = true;
      tell?.();
    },
    wait: (ms) =>
      new Promise((resolve) => {
        const settle = (): void => {
          cancel?.();
          tell = undefined;
          const answer = isRung ? 'rung' : 'late';
          isRung = false;
          resolve(answer);
        };
        if (isRung) {
          settle();
          return;
        }
        tell = settle;
        cancel = after(ms, settle);
      }),
    silence: () => cancel?.(),
  };
}
