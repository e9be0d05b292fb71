/** What a caller is told whose call is not begun, and whether what it offers can be answered. */
import { refusalStatus } from '../call/index.ts';
import { type GatewayError, gatewayError } from '../kit/index.ts';
import { answerAudioOffer, type LocalEncryption } from '../sdp/index.ts';
import type { ExtraHeader, IncomingCall } from '../sip/index.ts';

export interface Refusal {
  readonly status: number;
  readonly headers: readonly ExtraHeader[];
}

export function refusalOf({ code, retryAfterS }: GatewayError): Refusal {
  const status = refusalStatus(code);
  const waitS = retryAfterS ?? (status === 503 ? 5 : undefined);
  return { status, headers: waitS === undefined ? [] : [{ name: 'Retry-After', value: String(waitS) }] };
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
