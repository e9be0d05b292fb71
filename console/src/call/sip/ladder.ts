/** SIP messages as a ladder: who told whom what, and when. Repetitions of a message are folded into it. */
import type { SipTrace } from '../../../../src/client/index.ts';

export interface LadderRow {
  /** Of the message in the trace. */
  readonly index: number;
  readonly atMs: number;
  /** Since the row before. */
  readonly deltaMs: number | undefined;
  /** `INVITE`, `200 OK`. */
  readonly label: string;
  /** What belongs to it: the method that a status answers, what is in the body. */
  readonly detail: string;
  readonly kind: 'request' | 'provisional' | 'success' | 'redirect' | 'failure';
  readonly isSent: boolean;
  /** Among `Ladder.peers`. */
  readonly peer: number;
  /** Instants at which it was seen again. */
  readonly repeatsMs: readonly number[];
}

export interface LadderPeer {
  readonly name: string;
  readonly transports: string;
}

export interface Ladder {
  readonly peers: readonly LadderPeer[];
  readonly rows: readonly LadderRow[];
}

export function ladderOf({ messages }: Pick<SipTrace, 'messages'>, atOf: (iso: string) => number): Ladder {
  const peers = new Map<string, { readonly index: number; readonly transports: Set<string> }>();
  /** The repetitions of each message so far. */
  const seen = new Map<string, number[]>();
  const rows: LadderRow[] = [];
  for (const [index, { at, direction, peer, transport, text }] of messages.entries()) {
    const known = peers.get(peer) ?? { index: peers.size, transports: new Set() };
    known.transports.add(transport);
    peers.set(peer, known);
    // A repetition is the same bytes once more (RFC 3261 §17.1.1.2, §13.3.1.4).
    const key = `${direction} ${peer}\n${text}`;
    const atMs = atOf(at);
    const repeatsOfFirst = seen.get(key);
    if (repeatsOfFirst !== undefined) {
      repeatsOfFirst.push(atMs);
      continue;
    }
    const repeatsMs: number[] = [];
    seen.set(key, repeatsMs);
    const before = rows.at(-1)?.atMs;
    const deltaMs = before === undefined ? undefined : atMs - before;
    rows.push({ index, atMs, deltaMs, isSent: direction === 'sent', peer: known.index, repeatsMs, ...describe(text) });
  }
  const names = [...peers].map(([name, { transports }]) => ({ name, transports: [...transports].join(', ') }));
  return { peers: names, rows };
}

function describe(text: string): Pick<LadderRow, 'label' | 'detail' | 'kind'> {
  const head = text.split(/\r?\n\r?\n/, 1)[0] ?? '';
  const [start = '', ...headers] = head.split(/\r?\n/);
  const body = bodyName(valueOf(headers, /^(?:content-type|c)\s*:/i));
  const status = /^SIP\/2\.0 (\d{3}) ?(.*)$/.exec(start);
  if (status === null) {
    const reason = valueOf(headers, /^reason\s*:/i) ?? '';
    return { label: start.split(' ', 1)[0] ?? '', detail: join([body, reason]), kind: 'request' };
  }
  const [, code = '', phrase = ''] = status;
  const method = valueOf(headers, /^cseq\s*:/i)?.split(/\s+/)[1] ?? '';
  return { label: `${code} ${phrase}`.trim(), detail: join([method, body]), kind: kindOf(Number(code)) };
}

function kindOf(status: number): LadderRow['kind'] {
  if (status < 200) return 'provisional';
  if (status < 300) return 'success';
  return status < 400 ? 'redirect' : 'failure';
}

function valueOf(headers: readonly string[], name: RegExp): string | undefined {
  const line = headers.find((header) => name.test(header));
  return line?.slice(line.indexOf(':') + 1).trim();
}

function bodyName(contentType: string | undefined): string {
  if (contentType === undefined) return '';
  if (/^application\/sdp/i.test(contentType)) return 'SDP';
  return contentType.split(';', 1)[0]?.trim() ?? '';
}

function join(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}

/** The row of a message, also of one that was folded into another: what came last until then. */
export function rowOf(rows: readonly LadderRow[], messageIndex: number): number {
  return rows.findLastIndex(({ index }) => index <= messageIndex);
}

/** The last row at an instant; -1 before the first. */
export function rowAt(rows: readonly LadderRow[], atMs: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.atMs ?? Infinity) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
