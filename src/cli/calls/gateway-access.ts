import type { ClientOptions } from '../../client/index.ts';
import { type Environment, findSetting, type SettingSpec } from '../../config/index.ts';
import { err, ok, type Result } from '../../kit/index.ts';
import { type CommandError, commandError } from '../command-error.ts';
import type { AccessOptions } from './call-orders.ts';

/**
 * The gateway that a command asks: its options, else the environment. The error says what is wrong. Passwords come from the environment
 * only, because other users of a machine see command lines.
 */
export function readAccess(options: AccessOptions, environment: Environment): Result<ClientOptions, CommandError> {
  const { OUTDIAL_GATEWAY, OUTDIAL_TENANT, OUTDIAL_USERNAME, OUTDIAL_PASSWORD } = environment;
  const spec: SettingSpec = findSetting('HTTP_PORT');
  const port = environment['HTTP_PORT'] ?? spec.default ?? '';
  const baseUrl = options.gateway ?? OUTDIAL_GATEWAY ?? `http://127.0.0.1:${port}`;
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    return err(
      commandError('command.gateway-url', `--gateway (or OUTDIAL_GATEWAY) is no http: or https: URL: ${baseUrl}`),
    );
  }
  if (url.username !== '' || url.password !== '') {
    return err(
      commandError('command.gateway-url', 'The URL of the gateway holds credentials, which other users could see.'),
    );
  }
  const username = OUTDIAL_USERNAME ?? environment['REST_API_USERNAME'];
  const password = OUTDIAL_PASSWORD ?? environment['REST_API_PASSWORD'];
  return ok({
    baseUrl: url.origin,
    tenantId: options.tenant ?? OUTDIAL_TENANT ?? 'default',
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  });
}
