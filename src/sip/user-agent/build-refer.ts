/** The REFER of a transfer: Refer-To (RFC 3515 §2.1), Replaces in it (RFC 3891), Referred-By (RFC 3892), User-to-User (RFC 7433). */
import { err, ok, type Result } from '../../kit/index.ts';
import type { ReferOrder } from '../contract.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { parseCallUri } from '../syntax/call-input.ts';
import { readAddress } from '../syntax/core-fields.ts';
import { type Header, header } from '../syntax/header.ts';
import { type Replaces, replacesUriHeader } from '../syntax/replaces.ts';
import { printUri, readSipUri, type SipUri, type TelUri } from '../syntax/uri.ts';
import { escapeUriHeader } from '../syntax/uri-escapes.ts';
import { userToUserValue } from '../syntax/user-to-user.ts';
import { extraHeaders } from './build-request.ts';
import { ownContact } from './build-response.ts';
import type { Core } from './core.ts';
import type { Leg } from './leg-state.ts';

/** The headers that make a request in this dialog the REFER of the order, or one sentence why there is none. */
export function referHeaders(core: Core, leg: Leg, dialog: Dialog, order: ReferOrder): Result<Header[], string> {
  const target = parseCallUri(order.target);
  if (!target.ok) return err(target.error.message);
  const place = order.userToUser?.place;
  const value = order.userToUser === undefined ? ok('') : userToUserValue(order.userToUser.value);
  if (!value.ok) return value;
  const consulted = consultedTarget(core, target.value, order);
  if (!consulted.ok) return consulted;
  const uui = place === 'refer-to' ? value.value : undefined;
  const extras = extraHeaders(core, order.headers ?? []);
  const referrer = readAddress(dialog.local)?.uri;
  const isReferrerGiven = extras.some(({ key }) => key === 'referred-by');
  return ok([
    header('Contact', `<${ownContact(core, leg)}${place === 'contact' ? `?${uriHeader(value.value)}` : ''}>`),
    header('Refer-To', `<${referTo(consulted.value, uui)}>`),
    ...(referrer === undefined || isReferrerGiven ? [] : [header('Referred-By', `<${referrer}>`)]),
    ...(place === 'user-to-user' ? [header('User-to-User', value.value)] : []),
    ...extras,
  ]);
}

interface ReferTarget {
  readonly target: SipUri | TelUri;
  readonly replaces?: Replaces;
}

/**
 * The target, with the dialog that we have with it as it knows it: its tag is our remote one. A number cannot say that: it is named
 * as it was called.
 */
function consultedTarget(
  core: Core,
  target: SipUri | TelUri,
  { replacesLeg }: ReferOrder,
): Result<ReferTarget, string> {
  if (replacesLeg === undefined) return ok({ target });
  const state = core.legs.get(replacesLeg)?.state;
  if (state?.name !== 'confirmed') return err('The call to the target is not answered.');
  const { callId, localTag, remoteTag = '', remote } = state.dialog;
  const replaces: Replaces = { callId, toTag: remoteTag, fromTag: localTag, isEarlyOnly: false };
  if (target.scheme !== 'tel') return ok({ target, replaces });
  const called = readSipUri(readAddress(remote)?.uri);
  return called === undefined ? err('The target has no address of its own.') : ok({ target: called, replaces });
}

/** A tel: URI has no headers: there it is a parameter (specification §9.6). */
function referTo({ target, replaces }: ReferTarget, userToUser: string | undefined): string {
  if (target.scheme !== 'tel') {
    const headers = [
      ...(replaces === undefined ? [] : [replacesUriHeader(replaces)]),
      ...(userToUser === undefined ? [] : [uriHeader(userToUser)]),
    ];
    return headers.length === 0 ? printUri(target) : `${printUri(target)}?${headers.join('&')}`;
  }
  if (userToUser === undefined) return printUri(target);
  const parameter = { name: 'User-to-User', value: escapeUriHeader(userToUser) };
  return printUri({ ...target, parameters: [...target.parameters, parameter] });
}

function uriHeader(value: string): string {
  return `User-to-User=${escapeUriHeader(value)}`;
}
