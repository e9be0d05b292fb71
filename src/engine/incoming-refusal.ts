/** What a caller is told whose call cannot be taken (RFC 3261 §21.4 and §21.5). */
import { type GatewayError, gatewayError } from '../kit/index.ts';
import { answerAudioOffer, type LocalEncryption } from '../sdp/index.ts';
import type { ExtraHeader, IncomingCall } from '../sip/index.ts';

export interface Refusal {
  readonly status: number;
  readonly headers: readonly ExtraHeader[];
}

/**
 * Limits of a tenant are answered 486 and 480: they say nothing of the gateway. What stands against any call is 503, so that a
 * trunk takes the call elsewhere (RFC 3261 §21.5.4).
 */
export function refusalOf({ code, retryAfterS }: GatewayError): Refusal {
  const status = statusOf(code);
  const waitS = retryAfterS ?? (status === 503 ? 5 : undefined);
  return { status, headers: waitS === undefined ? [] : [{ name: 'Retry-After', value: String(waitS) }] };
}

function statusOf(code: GatewayError['code']): number {
  switch (code) {
    case 'tenant.unknown':
      return 404;
    case 'media.no-answer-codec':
    case 'media.not-encrypted':
    case 'media.keys-in-clear':
      return 488;
    case 'guard.concurrency':
      return 486;
    case 'guard.rate':
    case 'guard.minutes':
      return 480;
    case 'internal.bug':
      return 500;
    default:
      return 503;
  }
}

/** Why the audio that the caller offers cannot be answered; an INVITE may leave the offer to us. */
export function findOfferFault(
  { sdp }: IncomingCall,
  address: string,
  encryption: LocalEncryption | undefined,
): GatewayError | undefined {
  if (sdp === undefined) return undefined;
  const answer = answerAudioOffer(sdp, {
    address,
    port: 1,
    sessionId: 1,
    version: 1,
    ...(encryption === undefined ? {} : { encryption }),
  });
  return answer.ok ? undefined : gatewayError('media.no-answer-codec', `The offer cannot be used: ${answer.error}`);
}
