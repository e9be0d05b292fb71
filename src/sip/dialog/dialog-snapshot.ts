/**
 * What must be kept of a call so that another life of the process can end it: the INVITE while it is not answered (its
 * CANCEL repeats it, RFC 3261 §9.1), the dialog afterwards. Plain JSON, no credentials.
 */
import { isJsonObject, type Json, type JsonObject } from '../../kit/index.ts';
import type { Hop } from '../contract.ts';
import { type Header, header } from '../syntax/header.ts';
import type { RequestParts } from '../syntax/message.ts';
import { parseTransport } from '../transport/hop.ts';
import type { Dialog } from './dialog.ts';

interface LegIdentity {
  readonly localTag: string;
  /** User part of our Contact. */
  readonly contactUser: string | undefined;
}

export type DialogSnapshot = LegIdentity &
  (
    | {
        readonly phase: 'inviting';
        readonly branch: string;
        /** The INVITE without its body, and without what answered a challenge. */
        readonly request: RequestParts;
        readonly destination: Hop;
      }
    | { readonly phase: 'confirmed'; readonly dialog: Dialog }
  );

/** Headers that CANCEL and the ACK of a refusal take over from their INVITE. */
const keptHeaders: ReadonlySet<string> = new Set(['via', 'route', 'max-forwards', 'from', 'to', 'call-id', 'cseq']);
const noBody = new Uint8Array(0);

export function printSnapshot(snapshot: DialogSnapshot): JsonObject {
  const { localTag, contactUser } = snapshot;
  const identity = { localTag, ...(contactUser === undefined ? {} : { contactUser }) };
  if (snapshot.phase === 'confirmed') return { phase: 'confirmed', ...identity, dialog: printDialog(snapshot.dialog) };
  const { branch, request, destination } = snapshot;
  const headers = request.headers.filter(({ key }) => keptHeaders.has(key)).map(({ name, value }) => [name, value]);
  return { phase: 'inviting', ...identity, branch, requestUri: request.requestUri, headers, ...printHop(destination) };
}

function printHop({ transport, host, port, serverName }: Hop): JsonObject {
  return { transport, host, port, ...(serverName === undefined ? {} : { serverName }) };
}

/** A snapshot of the time when only UDP was spoken names no transport. */
function readHop({ transport: name = 'udp', host, port, serverName }: JsonObject): Hop | undefined {
  const transport = typeof name === 'string' ? parseTransport(name) : undefined;
  if (transport === undefined || typeof host !== 'string' || typeof port !== 'number') return undefined;
  return { transport, host, port, ...(typeof serverName === 'string' ? { serverName } : {}) };
}

function printDialog(dialog: Dialog): JsonObject {
  const { remoteTag, remoteCSeq, routeSet, ...rest } = dialog;
  return {
    ...rest,
    routeSet: [...routeSet],
    ...(remoteTag === undefined ? {} : { remoteTag }),
    ...(remoteCSeq === undefined ? {} : { remoteCSeq }),
  };
}

/** Undefined when it is none, or was written by another version in another way. */
export function readSnapshot(value: JsonObject): DialogSnapshot | undefined {
  const { localTag, contactUser, phase } = value;
  if (typeof localTag !== 'string') return undefined;
  const identity = { localTag, contactUser: typeof contactUser === 'string' ? contactUser : undefined };
  if (phase === 'confirmed') {
    const dialog = readDialog(value['dialog']);
    return dialog === undefined ? undefined : { phase, ...identity, dialog };
  }
  if (phase !== 'inviting') return undefined;
  const { branch, requestUri } = value;
  const destination = readHop(value);
  const headers = readHeaders(value['headers']);
  if (typeof branch !== 'string' || typeof requestUri !== 'string' || headers === undefined) return undefined;
  if (destination === undefined) return undefined;
  const request: RequestParts = { kind: 'request', method: 'INVITE', requestUri, headers, body: noBody };
  return { phase, ...identity, branch, request, destination };
}

function readDialog(value: Json | undefined): Dialog | undefined {
  if (!isJsonObject(value)) return undefined;
  const { callId, localTag, remoteTag, local, remote, localCSeq, remoteCSeq, routeSet, remoteTarget } = value;
  const isComplete =
    typeof callId === 'string' &&
    typeof localTag === 'string' &&
    typeof local === 'string' &&
    typeof remote === 'string' &&
    typeof localCSeq === 'number' &&
    typeof remoteTarget === 'string' &&
    Array.isArray(routeSet);
  if (!isComplete) return undefined;
  return {
    callId,
    localTag,
    local,
    remote,
    localCSeq,
    remoteTarget,
    routeSet: routeSet.filter((route) => typeof route === 'string'),
    remoteTag: typeof remoteTag === 'string' ? remoteTag : undefined,
    remoteCSeq: typeof remoteCSeq === 'number' ? remoteCSeq : undefined,
  };
}

function readHeaders(value: Json | undefined): readonly Header[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const headers: Header[] = [];
  for (const entry of value) {
    const [name, text] = Array.isArray(entry) ? entry : [];
    if (typeof name !== 'string' || typeof text !== 'string') return undefined;
    headers.push(header(name, text));
  }
  return headers;
}
