/**
 * INFO requests of ours inside a dialog, in the way of before Info packages (RFC 6086 §2, RFC 2976). A peer that does not know
 * them says so, and the call goes on; one that does not know the call any more has ended it (RFC 5057 §5.1).
 */
import type { ExtraHeader, InfoContent } from '../contract.ts';
import { checkExtraHeader } from '../syntax/call-input.ts';
import { hasControl } from '../syntax/characters.ts';
import { header, headerKey } from '../syntax/header.ts';
import { answerIfChallenged } from './authenticate.ts';
import { extraHeaders } from './build-request.ts';
import type { Core } from './core.ts';
import type { ClientTransaction, Leg } from './leg-state.ts';
import { enter, isDialogGone, loseDialog, sendInDialog } from './leg.ts';
import type { ClientReport } from './client-transactions.ts';

const usualContentType = 'application/text';
/** type "/" subtype and parameters (RFC 3261 §25.1), without folding. */
const contentTypeShape = /^[\w.!%*+`'~-]+\/[\w.!%*+`'~-]+(?:\s*;\s*[\w.!%*+`'~-]+=(?:[\w.!%*+`'~-]+|"[^"\\]*"))*$/;

const encoder = new TextEncoder();

/**
 * What of an INFO may be sent: headers that could end a line, or that the stack owns, are left out with a sentence each.
 * Content-Type is the one owned header that may be given, for the body.
 */
export function checkInfo(
  headers: readonly ExtraHeader[],
  body: string,
): { readonly info: InfoContent; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const kept: ExtraHeader[] = [];
  let contentType = usualContentType;
  for (const extra of headers) {
    if (headerKey(extra.name) === 'content-type') {
      const isUsable = extra.value.length <= 200 && !hasControl(extra.value) && contentTypeShape.test(extra.value);
      if (isUsable) contentType = extra.value;
      else problems.push('Its Content-Type is not a media type.');
      continue;
    }
    const checked = checkExtraHeader(extra);
    if (checked.ok) kept.push(checked.value);
    else problems.push(checked.error);
  }
  return { info: { headers: kept, contentType, body }, problems };
}

/** Its answer is told by `info-answered`; also when it cannot be sent. */
export function sendInfo(core: Core, leg: Leg, { headers, contentType, body }: InfoContent, nowMs: number): void {
  const { state } = leg;
  if (state.name !== 'confirmed') {
    core.emit(leg, { type: 'info-answered', status: undefined, atMs: nowMs });
    return;
  }
  const type = body === '' ? [] : [header('Content-Type', contentType)];
  const order = {
    purpose: 'info',
    method: 'INFO',
    headers: [...extraHeaders(core, headers), ...type],
    body: encoder.encode(body),
  } as const;
  const sent = sendInDialog(core, leg, state.dialog, order, nowMs);
  if (sent === undefined) core.emit(leg, { type: 'info-answered', status: undefined, atMs: nowMs });
  else enter(core, leg, { ...state, dialog: sent.dialog });
}

export function onInfoReport(core: Core, transaction: ClientTransaction, report: ClientReport, nowMs: number): void {
  const { leg } = transaction;
  if (report.type !== 'response') {
    core.emit(leg, { type: 'info-answered', status: undefined, atMs: nowMs });
    return;
  }
  const { status } = report.response;
  if (status < 200) return;
  // Once our BYE is out, its number is the one that a repetition would have.
  if (leg.state.name === 'confirmed' && answerIfChallenged(core, transaction, report, nowMs).isAnswered) return;
  core.emit(leg, { type: 'info-answered', status, atMs: nowMs });
  if (leg.state.name === 'confirmed' && isDialogGone(status)) loseDialog(core, leg, leg.state, { status }, nowMs);
}
