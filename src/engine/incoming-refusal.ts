/** What a caller is told whose call is not begun, and whether what it offers can be answered. */
import { refusalStatus } from '../call/index.ts';
import { err, type GatewayError, gatewayError, ok, type Result } from '../kit/index.ts';
import { answerAudioOffer, type LocalEncryption, type OfferedCodec } from '../sdp/index.ts';
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

/** The codec that the caller's offer will be answered with, or why it cannot be; undefined when the offer is left to us. */
export function likelyCodec(
  { sdp }: IncomingCall,
  address: string,
  codecs: readonly OfferedCodec[],
  encryption: LocalEncryption | undefined,
): Result<OfferedCodec | undefined, GatewayError> {
  if (sdp === undefined) return ok(undefined);
  const answer = answerAudioOffer(sdp, {
    address,
    port: 1,
    sessionId: 1,
    version: 1,
    codecs,
    ...(encryption === undefined ? {} : { encryption }),
  });
  if (answer.ok) return ok(answer.value.audio.codec);
  return err(gatewayError('media.no-answer-codec', `The offer cannot be used: ${answer.error}`));
}
