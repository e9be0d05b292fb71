/**
 * INFO requests of ours inside a dialog, in the way of before Info packages (RFC 6086 §2, RFC 2976). A peer that does not know
 * them says so, and the call goes on; one that does not know the call any more has ended it (RFC 5057 §5.1).
 */
import type { ExtraHeader, InfoContent } from '../contract.ts';
import { nextDialogRequest } from '../dialog/in-dialog-request.ts';
import { checkExtraHeader } from '../syntax/call-input.ts';
import { hasControl } from '../syntax/characters.ts';
import { header, headerKey } from '../syntax/header.ts';
import { answerIfChallenged, authorizeRequest } from './authenticate.ts';
import { extraHeaders, wayOf } from './build-request.ts';
import type { ClientTransaction, Core, Leg } from './core.ts';
import { enter, isDialogGone, loseDialog } from './leg.ts';
import { type ClientReport, startClient } from './transaction-layer.ts';

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
  const branch = core.newBranch();
  const extra = [
    header('User-Agent', core.options.userAgent),
    ...extraHeaders(core, headers),
    ...(body === '' ? [] : [header('Content-Type', contentType)]),
  ];
  const { request, destination, dialog } = nextDialogRequest(state.dialog, 'INFO', wayOf(core, leg, branch), extra);
  if (destination === undefined) {
    core.emit(leg, { type: 'info-answered', status: undefined, atMs: nowMs });
    return;
  }
  enter(core, leg, { ...state, dialog });
  const authorized = authorizeRequest(core, leg, { ...request, body: encoder.encode(body) }, destination);
  startClient(core, { leg, purpose: 'info', branch, request: authorized, destination }, nowMs);
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
