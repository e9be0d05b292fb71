/**
 * What was sent to the bots of each call of this process and what they answered, in order, for people who look for the reason of
 * something. Secrets are masked before anything is handed on. Bounded in every direction; a call never waits for it.
 */
import type { BotWatch, ReplyWatch, SentToBot } from '../conversation/index.ts';
import { type Clock, type GatewayError, maskJsonSecrets, printWallTime, showUrl } from '../kit/index.ts';

export interface BotExchangeLog {
  readonly vgwSessionID: string;
  readonly exchanges: readonly BotExchange[];
  /** Exchanges that were not kept because there was no more room. */
  readonly droppedExchanges: number;
}

export interface ShownBody {
  readonly body: string;
  /** Whether there was more of it. */
  readonly isCut: boolean;
}

/** One request and its reply. Each attempt is one, and so is every bot that is asked in place of one that failed. */
export interface BotExchange {
  /** As in the events of the turn. */
  readonly turn: number;
  /** Of a question that was asked before the callee's end of speech was certain: whether its answer was used. */
  readonly askedAhead: 'waiting' | 'used' | 'wasted' | null;
  readonly provider: string | null;
  /** When it was handed to the network. */
  readonly at: string;
  /** Null for a bot inside the gateway, and when nothing could be sent. */
  readonly method: 'POST' | 'DELETE' | null;
  readonly url: string | null;
  readonly request: ShownBody | null;
  /** From `at` to the first byte of the reply, and to its end. */
  readonly firstByteMs: number | null;
  readonly totalMs: number | null;
  readonly status: number | null;
  readonly reply: ShownBody | null;
  /** Why there is no reply, or none of use. */
  readonly failure: Pick<GatewayError, 'code' | 'message'> | null;
}

/** Characters of a body and of all bodies of a call, exchanges of a call, characters of all calls together. */
export const exchangeLimits = {
  body: 32 * 1024,
  bodiesOfCall: 256 * 1024,
  exchangesOfCall: 500,
  bodiesInAll: 32 * 1024 * 1024,
} as const;

interface OpenLog {
  readonly entries: Entry[];
  size: number;
  dropped: number;
  isOpen: boolean;
}

/** What can be told of an exchange at once, and what is still coming. */
interface Entry {
  readonly sentAtMs: number;
  readonly secrets: readonly string[];
  shown: BotExchange;
  /** The reply so far, unmasked until it is whole: a secret may come in two pieces. */
  coming: ShownBody | undefined;
}

/** Whose exchange it is. */
type About = Pick<BotExchange, 'turn' | 'askedAhead' | 'provider'>;

const unheard: ReplyWatch = { onPiece: () => undefined, onEnd: () => undefined };

export class BotExchanges {
  readonly #logs = new Map<string, OpenLog>();
  readonly #clock: Clock;
  #size = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Keeps what is exchanged for this turn of the call, until `end`. */
  watch(sessionId: string, turn: number, kind: 'in-turn' | 'ahead'): BotWatch {
    const log = this.#logs.get(sessionId) ?? { entries: [], size: 0, dropped: 0, isOpen: true };
    this.#logs.set(sessionId, log);
    return this.#watchAs(log, { turn, askedAhead: kind === 'ahead' ? 'waiting' : null, provider: null });
  }

  /** What was asked ahead has come to this. */
  settleAhead(sessionId: string, outcome: 'used' | 'wasted'): void {
    for (const entry of this.#logs.get(sessionId)?.entries ?? []) {
      if (entry.shown.askedAhead === 'waiting') entry.shown = { ...entry.shown, askedAhead: outcome };
    }
  }

  /** The log of a call so far; undefined when nothing was kept. */
  soFar(sessionId: string): BotExchangeLog | undefined {
    const log = this.#logs.get(sessionId);
    if (log === undefined) return undefined;
    const exchanges = log.entries.map(({ shown, coming, secrets }) =>
      coming === undefined ? shown : { ...shown, reply: hide(coming, secrets) },
    );
    return { vgwSessionID: sessionId, exchanges, droppedExchanges: log.dropped };
  }

  /** Forgets the log of a call. */
  end(sessionId: string): void {
    const log = this.#logs.get(sessionId);
    if (log === undefined) return;
    this.#size -= log.size;
    log.isOpen = false;
    this.#logs.delete(sessionId);
  }

  #watchAs(log: OpenLog, about: About): BotWatch {
    const own: Entry[] = [];
    const open = (sent: SentToBot | undefined): Entry | undefined => {
      const entry = this.#open(log, about, sent);
      if (entry !== undefined) own.push(entry);
      return entry;
    };
    return {
      named: (provider) => this.#watchAs(log, { ...about, provider }),
      onSent: (sent) => {
        const entry = open(sent);
        return entry === undefined ? unheard : this.#replyWatch(log, entry);
      },
      onFailed: ({ code, message }) => {
        const entry = own.at(-1) ?? open(undefined);
        if (entry !== undefined) entry.shown = { ...entry.shown, failure: { code, message } };
      },
    };
  }

  #open(log: OpenLog, about: About, sent: SentToBot | undefined): Entry | undefined {
    if (!log.isOpen) return undefined;
    if (log.entries.length >= exchangeLimits.exchangesOfCall) {
      log.dropped += 1;
      return undefined;
    }
    const secrets = sent?.secrets ?? [];
    const entry: Entry = {
      sentAtMs: this.#clock.nowMs(),
      secrets,
      coming: undefined,
      shown: {
        ...about,
        at: printWallTime(this.#clock.wallMs()),
        method: sent?.to?.method ?? null,
        url: sent?.to === undefined ? null : showUrl(sent.to.url),
        request: sent === undefined ? null : hide(this.#keep(log, sent.body), secrets),
        firstByteMs: null,
        totalMs: null,
        status: null,
        reply: null,
        failure: null,
      },
    };
    log.entries.push(entry);
    return entry;
  }

  #replyWatch(log: OpenLog, entry: Entry): ReplyWatch {
    const onPiece = (text: string): void => {
      entry.coming = this.#keep(log, text, entry.coming);
    };
    return {
      onPiece,
      onEnd: ({ status = null, body, firstByteAtMs, failure = null }) => {
        if (body !== undefined) onPiece(body);
        const { sentAtMs, coming, secrets, shown } = entry;
        const since = (atMs: number): number => Math.round(atMs - sentAtMs);
        entry.coming = undefined;
        entry.shown = {
          ...shown,
          firstByteMs: firstByteAtMs === undefined ? null : since(firstByteAtMs),
          totalMs: since(this.#clock.nowMs()),
          status,
          reply: coming === undefined ? null : hide(coming, secrets),
          failure: shown.failure ?? (failure === null ? null : { code: failure.code, message: failure.message }),
        };
      },
    };
  }

  /** The text with as much more of it as there is room for. */
  #keep(log: OpenLog, more: string, { body: kept, isCut }: ShownBody = { body: '', isCut: false }): ShownBody {
    const { body, bodiesOfCall, bodiesInAll } = exchangeLimits;
    const room = Math.min(body - kept.length, bodiesOfCall - log.size, bodiesInAll - this.#size);
    const taken = log.isOpen ? more.slice(0, Math.max(0, room)) : '';
    log.size += taken.length;
    this.#size += taken.length;
    return { body: kept + taken, isCut: isCut || taken.length < more.length };
  }
}

/** Shorter texts stand in many places by chance. */
const shortestSecret = 6;

function hide({ body, isCut }: ShownBody, secrets: readonly string[]): ShownBody {
  let shown = maskJsonSecrets(body);
  for (const secret of secrets) {
    if (secret.length < shortestSecret) continue;
    for (const written of [secret, JSON.stringify(secret).slice(1, -1)]) shown = shown.replaceAll(written, '***');
  }
  return { body: shown, isCut };
}
