import { type Authorization, noAuthorization } from '../../authorization/index.ts';
import type { ServiceOptions } from './service-options.ts';
import type { SpeechServicePorts } from './service-ports.ts';

/** How a request shows who sends it. */
export interface ServiceCredentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly authorization: Authorization;
}

/**
 * An API key goes into the header that `keyHeaders` makes of it, without that against a token; whatever else is configured
 * as everywhere.
 */
export function credentialsOf(
  { maker, trust, authorization: method }: ServiceOptions,
  ports: SpeechServicePorts,
  keyHeaders?: (key: string) => Readonly<Record<string, string>>,
): ServiceCredentials {
  if (method.kind === 'key-file') throw new Error(`${maker} speech: a key file is no way to authenticate here.`);
  if (method.kind !== 'api-key' || keyHeaders === undefined) {
    return { headers: {}, authorization: ports.authorizationBy(trust, method) };
  }
  const key = method.apikey.reveal();
  if (!/^[\x21-\x7e]+$/.test(key)) throw new Error('The API key holds characters that may not stand in a header.');
  return { headers: keyHeaders(key), authorization: noAuthorization };
}
