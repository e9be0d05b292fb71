/** The REFER of a blind transfer: Refer-To (RFC 3515 §2.1), Referred-By (RFC 3892), User-to-User (RFC 7433). */
import { err, ok, type Result } from '../../kit/index.ts';
import type { ReferOrder } from '../contract.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { parseCallUri } from '../syntax/call-input.ts';
import { readAddress } from '../syntax/core-fields.ts';
import { type Header, header } from '../syntax/header.ts';
import { printUri, type SipUri, type TelUri } from '../syntax/uri.ts';
import { escapeUriHeader, userToUserValue } from '../syntax/user-to-user.ts';
import { extraHeaders } from './build-request.ts';
import { ownContact } from './build-response.ts';
import type { Core, Leg } from './core.ts';

/** The headers that make a request in this dialog the REFER of the order, or one sentence why there is none. */
export function referHeaders(core: Core, leg: Leg, dialog: Dialog, order: ReferOrder): Result<Header[], string> {
  const target = parseCallUri(order.target);
  if (!target.ok) return err(target.error.message);
  const place = order.userToUser?.place;
  const value = order.userToUser === undefined ? ok('') : userToUserValue(order.userToUser.value);
  if (!value.ok) return value;
  const extras = extraHeaders(core, order.headers ?? []);
  const referrer = readAddress(dialog.local)?.uri;
  const isReferrerGiven = extras.some(({ key }) => key === 'referred-by');
  return ok([
    header('Contact', `<${ownContact(core, leg)}${place === 'contact' ? `?${uriHeader(value.value)}` : ''}>`),
    header('Refer-To', `<${referTo(target.value, place === 'refer-to' ? value.value : undefined)}>`),
    ...(referrer === undefined || isReferrerGiven ? [] : [header('Referred-By', `<${referrer}>`)]),
    ...(place === 'user-to-user' ? [header('User-to-User', value.value)] : []),
    ...extras,
  ]);
}

/** A tel: URI has no headers: there it is a parameter (specification §9.6). */
function referTo(target: SipUri | TelUri, userToUser: string | undefined): string {
  if (userToUser === undefined) return printUri(target);
  if (target.scheme !== 'tel') return `${printUri(target)}?${uriHeader(userToUser)}`;
  const parameter = { name: 'User-to-User', value: escapeUriHeader(userToUser) };
  return printUri({ ...target, parameters: [...target.parameters, parameter] });
}

function uriHeader(value: string): string {
  return `User-to-User=${escapeUriHeader(value)}`;
}
