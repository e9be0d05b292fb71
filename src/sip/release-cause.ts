/**
 * Why a call was released, in the words of SIP and of the telephone network: the two tables of RFC 3398 (§7.2.4.1, §8.2.6.1),
 * 607 (RFC 8197), 608 (RFC 8688), and the Reason header that carries either (RFC 3326).
 */
import { parseDecimal } from './syntax/characters.ts';
import { splitList } from './syntax/header.ts';

/** What a Reason header says; the first value of each protocol counts. */
export interface ReasonCauses {
  /** `SIP;cause=`: 100 to 699. */
  readonly sip?: number;
  /** `Q.850;cause=`: 1 to 127. */
  readonly q850?: number;
  /** The text of the first value that has one, without its quotes. */
  readonly text?: string;
}

/** RFC 3398 §8.2.6.1: what a final response means to the telephone network. */
const causeByStatus: ReadonlyMap<number, number> = new Map([
  [400, 41],
  [401, 21],
  [402, 21],
  [403, 21],
  [404, 1],
  [405, 63],
  [406, 79],
  [407, 21],
  [408, 102],
  [410, 22],
  [413, 127],
  [414, 127],
  [415, 79],
  [416, 127],
  [420, 127],
  [421, 127],
  [423, 127],
  [480, 18],
  [481, 41],
  [482, 25],
  [483, 25],
  [484, 28],
  [485, 1],
  [486, 17],
  // By its Warning, which is for people; without one 31.
  [488, 31],
  [500, 41],
  [501, 79],
  [502, 38],
  [503, 41],
  [504, 102],
  [505, 127],
  [513, 127],
  [600, 17],
  [603, 21],
  [604, 1],
  [606, 31],
  [607, 21],
  [608, 21],
]);

/** RFC 3398 §7.2.4.1: the final response that a cause stands for. 16 is the normal end of a call and has none. */
const statusByCause: ReadonlyMap<number, number> = new Map([
  [1, 404],
  [2, 404],
  [3, 404],
  [17, 486],
  [18, 408],
  [19, 480],
  [20, 480],
  [21, 403],
  [22, 410],
  [23, 410],
  [26, 404],
  [27, 502],
  [28, 484],
  [29, 501],
  [31, 480],
  [34, 503],
  [38, 503],
  [41, 503],
  [42, 503],
  [47, 503],
  [55, 403],
  [57, 403],
  [58, 503],
  [65, 488],
  [70, 488],
  [79, 501],
  [87, 403],
  [88, 503],
  [102, 504],
  [111, 500],
  [127, 500],
]);

/** Q.850 cause of a final response, 1 to 127; undefined for one that names none (2xx, 3xx, 487). */
export function causeOfStatus(status: number): number | undefined {
  const known = causeByStatus.get(status);
  if (known !== undefined || status < 400 || status === 487) return known;
  // A status nobody knows is treated as the x00 of its class (RFC 3261 §8.1.3.2).
  return causeByStatus.get(status >= 600 ? 603 : status >= 500 ? 500 : 400);
}

/** The final response that a Q.850 cause stands for; undefined for the normal end of a call and for causes nobody knows. */
export function statusOfCause(cause: number): number | undefined {
  return statusByCause.get(cause);
}

/** Reads the value, or the values joined by commas, of a Reason header. What cannot be read says nothing. */
export function readReason(value: string | undefined): ReasonCauses {
  if (value === undefined) return {};
  const found: { sip?: number; q850?: number; text?: string } = {};
  for (const entry of splitList(value)) {
    const protocol = /^[^\s;]+/.exec(entry)?.[0].toLowerCase();
    const cause = parseDecimal(/;\s*cause\s*=\s*(\d{1,3})\b/i.exec(entry)?.[1] ?? '', 699);
    const text = /;\s*text\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(entry)?.[1];
    if (text !== undefined && text !== '') found.text ??= text.replaceAll(/\\(.)/g, '$1');
    if (cause === undefined) continue;
    if (protocol === 'sip' && cause >= 100) found.sip ??= cause;
    if (protocol === 'q.850' && cause >= 1 && cause <= 127) found.q850 ??= cause;
  }
  return found;
}
