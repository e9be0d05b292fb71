/** Cursors of pages: the place of the last item, as text that fits into a URL. */
import { err, type GatewayError, gatewayError, ok, type Result } from '../kit/index.ts';

export interface Place {
  readonly atMs: number;
  readonly sessionId: string;
  /** 0 where calls are listed. */
  readonly sequence: number;
}

export function printPlace({ atMs, sessionId, sequence }: Place): string {
  return `${atMs}~${sequence}~${encodeURIComponent(sessionId)}`;
}

/** Without a cursor: undefined, the first page. A text that is no cursor is `request.malformed`. */
export function parsePlace(cursor: string | undefined): Result<Place | undefined, GatewayError> {
  if (cursor === undefined) return ok(undefined);
  const match = /^(-?\d{1,16})~(\d{1,16})~([\w.!~*'()%-]{0,600})$/.exec(cursor);
  const sessionId = match === null ? undefined : decode(match[3] ?? '');
  if (match === null || sessionId === undefined) return err(noCursor());
  return ok({ atMs: Number(match[1]), sequence: Number(match[2]), sessionId });
}

/** A position in the stream of a tenant's events. */
export function parsePosition(cursor: string): Result<number, GatewayError> {
  return /^\d{1,15}$/.test(cursor) ? ok(Number(cursor)) : err(noCursor());
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function noCursor(): GatewayError {
  return gatewayError('request.malformed', 'This cursor is of no page. Use one as it was given, or none.');
}
