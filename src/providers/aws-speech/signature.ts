/**
 * Signature Version 4 of AWS (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html): requests
 * signed in a header, and URLs signed in their query. Temporary credentials with a session token are left out: they would
 * have to be renewed.
 */
import { createHash, createHmac } from 'node:crypto';
import type { Hidden } from '../../authorization/index.ts';

export interface Signer {
  readonly accessKeyId: string;
  readonly secretAccessKey: Hidden;
  readonly region: string;
  readonly service: string;
}

interface SignedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const algorithm = 'AWS4-HMAC-SHA256';
/** A URL that is signed is used at once. */
const expiresS = 60;

/** The headers of a POST with what proves who sends it; `host` is signed, and sent by the client itself. */
export function signedHeaders(
  signer: Signer,
  request: Pick<SignedRequest, 'url' | 'headers' | 'body'>,
  wallMs: number,
): Readonly<Record<string, string>> {
  const headers = { ...request.headers, 'x-amz-date': printTime(wallMs) };
  const all = { ...headers, host: request.url.host };
  const signature = sign(signer, { ...request, method: 'POST', headers: all }, wallMs);
  const names = Object.keys(all).sort().join(';');
  const credential = `${signer.accessKeyId}/${scopeOf(signer, wallMs)}`;
  return {
    ...headers,
    authorization: `${algorithm} Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

/** The URL with what proves who opens it, good for a minute. */
export function presignedUrl(signer: Signer, url: URL, wallMs: number): URL {
  const signed = new URL(url);
  const proof = {
    'X-Amz-Algorithm': algorithm,
    'X-Amz-Credential': `${signer.accessKeyId}/${scopeOf(signer, wallMs)}`,
    'X-Amz-Date': printTime(wallMs),
    'X-Amz-Expires': String(expiresS),
    'X-Amz-SignedHeaders': 'host',
  };
  for (const [name, value] of Object.entries(proof)) signed.searchParams.set(name, value);
  const signature = sign(signer, { method: 'GET', url: signed, headers: { host: signed.host }, body: '' }, wallMs);
  signed.search = `${canonicalQuery(signed)}&X-Amz-Signature=${signature}`;
  return signed;
}

/** In hexadecimal. */
export function sign(signer: Signer, request: SignedRequest, wallMs: number): string {
  const names = Object.keys(request.headers).sort();
  const canonical = [
    request.method,
    request.url.pathname,
    canonicalQuery(request.url),
    ...names.map((name) => `${name}:${(request.headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}`),
    '',
    names.join(';'),
    sha256(request.body),
  ].join('\n');
  const text = [algorithm, printTime(wallMs), scopeOf(signer, wallMs), sha256(canonical)].join('\n');
  const parts = [printTime(wallMs).slice(0, 8), signer.region, signer.service, 'aws4_request'];
  const first: Buffer = Buffer.from(`AWS4${signer.secretAccessKey.reveal()}`, 'utf8');
  const key = parts.reduce((secret, part) => createHmac('sha256', secret).update(part).digest(), first);
  return createHmac('sha256', key).update(text).digest('hex');
}

function scopeOf({ region, service }: Signer, wallMs: number): string {
  return `${printTime(wallMs).slice(0, 8)}/${region}/${service}/aws4_request`;
}

/** Sorted by name, then value; escaped as RFC 3986 §2.3 has it. */
function canonicalQuery(url: URL): string {
  return [...url.searchParams]
    .map(([name, value]) => `${escapeText(name)}=${escapeText(value)}`)
    .sort()
    .join('&');
}

function escapeText(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** `20150830T123600Z`. */
function printTime(wallMs: number): string {
  return new Date(wallMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}
