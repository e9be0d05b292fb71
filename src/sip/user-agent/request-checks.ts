/** What a request is inspected for before anything is done with it (RFC 3261 §8.2.1 to §8.2.3). */
import { header, headerValue, listValues } from '../syntax/header.ts';
import type { SipRequest } from '../syntax/message.ts';
import { bodyType } from '../syntax/sdp-body.ts';
import { parseUri } from '../syntax/uri.ts';
import { type Answer, allowedMethods, allowHeader, knownExtensions, supportedHeader } from './build-response.ts';
import type { Core } from './core.ts';

const acceptHeader = header('Accept', 'application/sdp');

/** Known and not done here: answered 405. Anything else is 501. */
const knownMethods = new Set(['REGISTER', 'PRACK', 'SUBSCRIBE', 'PUBLISH', 'MESSAGE']);

export function methodRefusal(method: string): Answer | undefined {
  // What nobody may ask of us from outside a call; inside one it is for `incoming-refer.ts`.
  if (method === 'REFER') return { status: 603 };
  if (allowedMethods.some((allowed) => allowed === method)) return undefined;
  return { status: knownMethods.has(method) ? 405 : 501, headers: [allowHeader] };
}

/** For every request but ACK and CANCEL. The order is that of RFC 3261 §8.2. */
export function inspectRequest(core: Core, request: SipRequest): Answer | undefined {
  // Whether it is taken is decided where it is known which call it is about.
  const isForDialog =
    request.method === 'REFER' && (request.toTag !== undefined || core.options.acceptsRefers === true);
  const methodFault = isForDialog ? undefined : methodRefusal(request.method);
  if (methodFault !== undefined) return methodFault;
  const uri = parseUri(request.requestUri);
  if (!uri.ok || uri.value.scheme === 'other') return { status: 416 };
  const known = knownExtensions(core);
  const unknown = listValues(request.headers, 'require').filter((option) => !known.includes(option.toLowerCase()));
  if (unknown.length > 0) return { status: 420, headers: [header('Unsupported', unknown.join(', '))] };
  return inspectBody(request);
}

function inspectBody(request: SipRequest): Answer | undefined {
  if (request.method !== 'INVITE' && request.method !== 'UPDATE') return undefined;
  const encoding = headerValue(request.headers, 'content-encoding')?.toLowerCase() ?? 'identity';
  if (request.body.length > 0 && encoding !== 'identity') {
    return { status: 415, headers: [header('Accept-Encoding', 'identity')] };
  }
  const type = bodyType(request);
  if (request.body.length > 0 && type !== 'application/sdp' && type?.startsWith('multipart/') !== true) {
    return { status: 415, headers: [acceptHeader] };
  }
  const accepted = listValues(request.headers, 'accept').map((value) => value.split(';', 1)[0]?.trim().toLowerCase());
  const isSdpAccepted =
    accepted.length === 0 || accepted.some((value) => value === 'application/sdp' || value?.endsWith('/*') === true);
  return isSdpAccepted ? undefined : { status: 406 };
}

export function optionsAnswer(core: Core): Answer {
  return { status: 200, headers: [allowHeader, acceptHeader, supportedHeader(core)] };
}
