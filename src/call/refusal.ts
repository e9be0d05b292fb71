/** What a refused INVITE means: a stable code for each class of failure, its Q.850 cause, and when to ask again. */
import { type ErrorCode, type GatewayError, gatewayError } from '../kit/index.ts';
import { causeOfStatus, type LegEvent, readReason, statusOfCause } from '../sip/index.ts';
import type { ReleaseFacts } from './call-state.ts';

type Refusal = Extract<LegEvent, { readonly type: 'rejected' }>;

/** Longest text of a stranger that is told. */
const maxTextLength = 200;

const codeByStatus: ReadonlyMap<number, ErrorCode> = new Map<number, ErrorCode>([
  [401, 'sip.auth-failed'],
  [403, 'sip.forbidden'],
  [404, 'sip.not-found'],
  [405, 'sip.incompatible'],
  [406, 'sip.incompatible'],
  [407, 'sip.auth-failed'],
  [408, 'sip.timeout'],
  [410, 'sip.not-found'],
  [413, 'sip.incompatible'],
  [414, 'sip.incompatible'],
  [415, 'sip.incompatible'],
  [416, 'sip.incompatible'],
  [420, 'sip.incompatible'],
  [421, 'sip.incompatible'],
  [422, 'sip.incompatible'],
  [428, 'sip.identity-refused'],
  [429, 'sip.identity-refused'],
  [433, 'sip.identity-refused'],
  [436, 'sip.identity-refused'],
  [437, 'sip.identity-refused'],
  [438, 'sip.identity-refused'],
  [480, 'sip.unavailable'],
  [482, 'sip.trunk-failed'],
  [483, 'sip.trunk-failed'],
  [484, 'sip.not-found'],
  [485, 'sip.not-found'],
  [486, 'sip.busy'],
  [488, 'sip.incompatible'],
  [494, 'sip.incompatible'],
  [504, 'sip.timeout'],
  [501, 'sip.incompatible'],
  [505, 'sip.incompatible'],
  [513, 'sip.incompatible'],
  [580, 'sip.incompatible'],
  [600, 'sip.busy'],
  [603, 'sip.declined'],
  [604, 'sip.not-found'],
  [606, 'sip.incompatible'],
  [607, 'sip.unwanted'],
  [608, 'sip.blocked'],
]);

/** Those that the table names; docs/errors.md shows them. */
export const refusedStatuses: readonly number[] = [...codeByStatus.keys()];

export function codeOfRefusal(status: number): ErrorCode {
  const code = codeByStatus.get(status);
  if (code !== undefined) return code;
  if (status < 400) return 'sip.redirected';
  return status >= 500 && status < 600 ? 'sip.trunk-failed' : 'sip.rejected';
}

export function readRefusal({ status, reason, detail, reasonHeader, retryAfterS, callInfo }: Refusal): {
  readonly error: GatewayError;
  readonly facts: ReleaseFacts;
} {
  const { q850, text: fullText } = readReason(reasonHeader);
  const text = fullText?.slice(0, maxTextLength);
  const q850Cause = q850 ?? causeOfStatus(status);
  const code = codeOfRefusal(q850 === undefined ? status : moreExact(status, q850));
  const what = code === 'sip.auth-failed' ? 'The trunk refused the authentication of the call' : 'The call was refused';
  const cause = q850 === undefined ? '' : ` (Q.850 cause ${q850}${text === undefined ? '' : `, ${text}`})`;
  const more = [
    detail ?? '',
    callInfo === undefined ? '' : `Whom to turn to: ${callInfo}`,
    retryAfterS === undefined ? '' : `It may be asked again after ${retryAfterS} s`,
  ].filter((sentence) => sentence !== '');
  return {
    error: gatewayError(code, [`${what}: ${status} ${reason}${cause}`, ...more].join('. ')),
    facts: {
      sipStatus: status,
      ...(q850Cause === undefined ? {} : { q850Cause }),
      ...(retryAfterS === undefined ? {} : { retryAfterS }),
    },
  };
}

/** A status without a Reason. */
export function factsOfStatus(status: number): ReleaseFacts {
  const q850Cause = causeOfStatus(status);
  return { sipStatus: status, ...(q850Cause === undefined ? {} : { q850Cause }) };
}

/**
 * Gateways to the telephone network put many causes into few responses: where the response says only that the call did not
 * come about, the cause of the Reason header says why (RFC 3398 §7.2.4.1).
 */
function moreExact(status: number, cause: number): number {
  const isVague = status === 400 || status === 480 || (status >= 500 && status < 600);
  return isVague ? (statusOfCause(cause) ?? status) : status;
}
