/**
 * Who calls, in the headers of an INVITE: From with a display name or anonymous and Privacy (RFC 3323, RFC 3325),
 * P-Asserted-Identity and P-Preferred-Identity (RFC 3325 §9), Remote-Party-ID (draft-ietf-sip-privacy-04, which old trunks ask
 * for), Diversion (RFC 5806) and History-Info (RFC 7044, with the causes of RFC 7544 §7) of a call that was forwarded.
 */
import type { ExtraHeader } from '../contract.ts';
import { quoteString } from '../syntax/characters.ts';
import { escapeUriHeader } from '../syntax/uri-escapes.ts';

/** Headers that tell the trunk who calls, whatever From says. */
export const identityHeaderNames = ['P-Asserted-Identity', 'P-Preferred-Identity', 'Remote-Party-ID'] as const;
export type IdentityHeaderName = (typeof identityHeaderNames)[number];

/** Headers that tell for whom a forwarded call was meant. */
export const diversionHeaderNames = ['Diversion', 'History-Info'] as const;
export type DiversionHeaderName = (typeof diversionHeaderNames)[number];

/** Why a call was forwarded (RFC 5806 §8), and the cause that says so in History-Info (RFC 7544 §7). */
const diversionCauses = {
  unknown: 404,
  unconditional: 302,
  'user-busy': 486,
  'no-answer': 408,
  deflection: 480,
  unavailable: 503,
  'time-of-day': 404,
  'do-not-disturb': 404,
  'follow-me': 404,
  'out-of-service': 404,
  away: 404,
} as const;
export type DiversionReason = keyof typeof diversionCauses;

/**
 * `none`: the network is asked to hide nothing; `id`: From is anonymous and the network is asked to tell the callee nobody;
 * `id-critical`: and to refuse the call if it cannot (RFC 3323 §4.2).
 */
export type CallerPrivacy = 'none' | 'id' | 'id-critical';

export interface CallerIdentity {
  /** Stands before the URI in From and in the headers of identity. */
  readonly displayName?: string;
  readonly privacy?: CallerPrivacy;
  /** With privacy `id` and none given, P-Asserted-Identity: somebody must be told who calls. */
  readonly identityHeaders?: readonly IdentityHeaderName[];
  /** URI in these, when it is another than that of From. */
  readonly assertedUri?: string;
  readonly diversion?: {
    /** For whom the call was meant. */
    readonly uri: string;
    readonly reason: DiversionReason;
    readonly headers: readonly DiversionHeaderName[];
  };
}

/** What From says instead when the caller is not to be told (RFC 3323 §4.1.1.3). */
export const anonymousFrom = { display: 'Anonymous', uri: 'sip:anonymous@anonymous.invalid' } as const;

export function isAnonymous({ privacy }: CallerIdentity): boolean {
  return privacy === 'id' || privacy === 'id-critical';
}

/** The headers beside From. `from` and `to` are those of the call, as `checkCallUri` accepted them. */
export function callerHeaders(
  identity: CallerIdentity,
  { from, to }: { readonly from: string; readonly to: string },
): readonly ExtraHeader[] {
  return [...identityHeaders(identity, from), ...privacyHeaders(identity), ...diversionHeaders(identity, to)];
}

function identityHeaders(identity: CallerIdentity, from: string): ExtraHeader[] {
  const { displayName, identityHeaders: given = [], assertedUri = from } = identity;
  const isHidden = isAnonymous(identity);
  const names = given.length === 0 && isHidden ? (['P-Asserted-Identity'] as const) : given;
  const address = `${displayName === undefined ? '' : `${quoteString(displayName)} `}<${assertedUri}>`;
  const party = `;party=calling;screen=yes;privacy=${isHidden ? 'full' : 'off'}`;
  return names.map((name) => ({ name, value: name === 'Remote-Party-ID' ? `${address}${party}` : address }));
}

function privacyHeaders({ privacy }: CallerIdentity): ExtraHeader[] {
  if (privacy === undefined) return [];
  return [{ name: 'Privacy', value: privacy === 'id-critical' ? 'id;critical' : privacy }];
}

function diversionHeaders(identity: CallerIdentity, to: string): ExtraHeader[] {
  const { diversion } = identity;
  if (diversion === undefined) return [];
  const { uri, reason, headers } = diversion;
  const isHidden = isAnonymous(identity);
  return headers.map((name) => {
    if (name === 'Diversion') {
      return { name, value: `<${uri}>;reason=${reason};privacy=${isHidden ? 'full' : 'off'};counter=1` };
    }
    // The first entry is who was called, the second whom the call went to instead, and why (RFC 7544 §5).
    const privacy = isHidden ? `?Privacy=${escapeUriHeader('history')}` : '';
    return { name, value: `<${uri}${privacy}>;index=1, <${to};cause=${diversionCauses[reason]}>;index=1.1;mp=1` };
  });
}
