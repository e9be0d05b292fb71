import type { Socket } from 'node:net';
import { type ApiErrorCode, problemBody } from './problem.ts';

/** Answers what never became a request: late, oversized or malformed bytes. Then the connection is over. Gives the status. */
export function answerClientError(
  error: ConnectionError,
  socket: Pick<Socket, 'destroy' | 'destroySoon' | 'destroyed' | 'end' | 'writable'>,
): number | undefined {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return undefined;
  }
  const body = problemBody(codeOf(error), 'The request cannot be read.');
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${body.status} ${body.title}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
  socket.destroySoon();
  return body.status;
}

interface ConnectionError extends Error {
  readonly code?: string;
}

function codeOf(error: ConnectionError): ApiErrorCode {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'http.timeout';
  return error.code === 'HPE_HEADER_OVERFLOW' ? 'http.headers-too-large' : 'http.bad-request';
}
