import type { TurnReply } from '../../conversation/index.ts';
import type { GatewayError, HttpReply, Result } from '../../kit/index.ts';

/** What was read of a reply, with the instant at which the reply began to come. */
export function withFirstByte(
  read: Result<TurnReply, GatewayError>,
  { firstByteAtMs }: HttpReply,
): Result<TurnReply, GatewayError> {
  return read.ok && firstByteAtMs !== undefined ? { ok: true, value: { ...read.value, firstByteAtMs } } : read;
}
