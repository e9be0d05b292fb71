/**
 * Messages cut out of a stream of bytes, TCP or TLS (RFC 3261 §7.5, §18.3), and its keep-alives (RFC 5626 §3.5.1). Every byte
 * is looked at a bounded number of times however the stream is cut, and what is kept is bounded too. Left out: time; the
 * owner of the connection sees by `isMidMessage` whether a message is under way.
 */
import { messageLimits } from '../syntax/parse-message.ts';

export type Framed =
  | { readonly type: 'message'; readonly bytes: Uint8Array }
  /** Two empty lines between messages: the other side wants one back, to see that somebody is there. */
  | { readonly type: 'ping' }
  /**
   * Where the next message begins cannot be known: the connection is of no more use. `head`, when there is one, is a message
   * without its body, to be refused before the connection is closed.
   */
  | { readonly type: 'broken'; readonly reason: string; readonly head?: Uint8Array };

/** What a ping is answered with. */
export const pong: Uint8Array = Uint8Array.of(13, 10);

const firstCapacityBytes = 4096;
const latin1 = new TextDecoder('latin1');

export class StreamFramer {
  #buffer = new Uint8Array(firstCapacityBytes);
  #start = 0;
  #end = 0;
  /** Up to here there is no end of the headers. */
  #scanned = 0;
  /** Of the message under way: its whole length, once its headers are there. */
  #messageBytes: number | undefined;
  #emptyLines = 0;
  #isBroken = false;

  /** Whether a message has begun and is not complete. */
  get isMidMessage(): boolean {
    return this.#end > this.#start;
  }

  /** What the bytes so far make complete, in order. Nothing more after `broken`. */
  push(chunk: Uint8Array): readonly Framed[] {
    if (this.#isBroken) return [];
    this.#append(chunk);
    const framed: Framed[] = [];
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      framed.push(next);
      if (next.type === 'broken') {
        this.#isBroken = true;
        this.#start = this.#end;
        break;
      }
    }
    return framed;
  }

  #next(): Framed | undefined {
    if (this.#messageBytes === undefined) {
      if (this.#skipEmptyLines()) return { type: 'ping' };
      if (!this.#hasBegun()) return undefined;
      const headBytes = this.#findHeadBytes();
      if (headBytes === undefined) return this.#judgeOpenHead();
      const broken = this.#measure(headBytes);
      if (broken !== undefined) return broken;
    }
    const messageBytes = this.#messageBytes ?? 0;
    if (this.#end - this.#start < messageBytes) return undefined;
    const bytes = this.#buffer.slice(this.#start, this.#start + messageBytes);
    this.#start += messageBytes;
    this.#scanned = this.#start;
    this.#messageBytes = undefined;
    return { type: 'message', bytes };
  }

  /** Line ends in front of a message mean nothing (RFC 3261 §7.5); true at the second in a row, which is a ping. */
  #skipEmptyLines(): boolean {
    const buffer = this.#buffer;
    while (this.#end - this.#start >= 2 && buffer[this.#start] === 13 && buffer[this.#start + 1] === 10) {
      this.#start += 2;
      this.#scanned = this.#start;
      this.#emptyLines += 1;
      if (this.#emptyLines < 2) continue;
      this.#emptyLines = 0;
      return true;
    }
    return false;
  }

  /** A lone CR may still become an empty line. */
  #hasBegun(): boolean {
    const waiting = this.#end - this.#start;
    if (waiting === 0 || (waiting === 1 && this.#buffer[this.#start] === 13)) return false;
    this.#emptyLines = 0;
    return true;
  }

  /** Length of start line, headers and the empty line behind them, once that line is there. */
  #findHeadBytes(): number | undefined {
    const buffer = this.#buffer;
    for (let at = this.#scanned; at + 3 < this.#end; at += 1) {
      if (buffer[at] === 13 && buffer[at + 1] === 10 && buffer[at + 2] === 13 && buffer[at + 3] === 10) {
        return at + 4 - this.#start;
      }
    }
    this.#scanned = Math.max(this.#start, this.#end - 3);
    return undefined;
  }

  #judgeOpenHead(): Framed | undefined {
    if (this.#end - this.#start <= messageLimits.messageBytes) return undefined;
    return { type: 'broken', reason: `headers of more than ${messageLimits.messageBytes} bytes` };
  }

  /** Takes the length of the message from its headers, or says why it cannot be known. */
  #measure(headBytes: number): Framed | undefined {
    const head = this.#buffer.slice(this.#start, this.#start + headBytes);
    const length = readContentLength(latin1.decode(head));
    if (typeof length === 'string') return { type: 'broken', reason: length, head };
    if (headBytes + length > messageLimits.messageBytes) {
      return { type: 'broken', reason: `a message of more than ${messageLimits.messageBytes} bytes`, head };
    }
    this.#messageBytes = headBytes + length;
    return undefined;
  }

  #append(chunk: Uint8Array): void {
    const kept = this.#end - this.#start;
    if (kept === 0 && this.#buffer.length > firstCapacityBytes) {
      // A connection that waits for the next message holds no memory of the last one.
      this.#buffer = new Uint8Array(firstCapacityBytes);
      this.#start = this.#end = this.#scanned = 0;
    }
    if (this.#buffer.length - this.#end < chunk.length) {
      const needed = kept + chunk.length;
      // Twice as much as is needed, so that small chunks of a long message are not copied again and again.
      const target = needed > this.#buffer.length / 2 ? new Uint8Array(needed * 2) : this.#buffer;
      target.set(this.#buffer.subarray(this.#start, this.#end));
      this.#buffer = target;
      this.#scanned -= this.#start;
      this.#start = 0;
      this.#end = kept;
    }
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }
}

/** The number, or in words why there is none. Two that differ would be read as one message here and as two elsewhere. */
function readContentLength(head: string): number | string {
  let length: number | undefined;
  const lines = head.split('\r\n');
  for (let index = 1; index < lines.length; index += 1) {
    const colon = lines[index]?.indexOf(':') ?? -1;
    const name = lines[index]?.slice(0, colon).trimEnd().toLowerCase();
    if (colon === -1 || (name !== 'content-length' && name !== 'l')) continue;
    let value = lines[index]?.slice(colon + 1) ?? '';
    for (; /^[ \t]/.test(lines[index + 1] ?? ''); index += 1) value += lines[index + 1] ?? '';
    const digits = value.trim();
    if (!/^\d{1,10}$/.test(digits)) return 'Content-Length is no length';
    if (length !== undefined && length !== Number(digits)) return 'Content-Length appears twice and differs';
    length = Number(digits);
  }
  return length ?? 'Content-Length is missing, and on a stream it says where the message ends';
}
