/** What the settings of a tenant say of who calls, for the INVITE. */
import {
  type CallerIdentity,
  diversionHeaderNames,
  type ExtraHeader,
  identityHeaderNames,
  userToUserValue,
} from '../sip/index.ts';
import type { Tenant } from '../tenants/index.ts';

export function callerIdentityOf({ settings }: Tenant): CallerIdentity {
  const { callerName, callerPrivacy, identityHeaders, assertedIdentity, diversionUri, diversionReason } = settings;
  const diversionHeaders = settings.diversionHeaders ?? ['Diversion'];
  return {
    ...(callerName === undefined ? {} : { displayName: callerName }),
    ...(callerPrivacy === undefined ? {} : { privacy: callerPrivacy }),
    ...(identityHeaders === undefined
      ? {}
      : { identityHeaders: identityHeaderNames.filter((name) => identityHeaders.includes(name)) }),
    ...(assertedIdentity === undefined ? {} : { assertedUri: assertedIdentity }),
    ...(diversionUri === undefined
      ? {}
      : {
          diversion: {
            uri: diversionUri,
            reason: diversionReason,
            headers: diversionHeaderNames.filter((name) => diversionHeaders.includes(name)),
          },
        }),
  };
}

/** The headers that the settings name, checked when they were read. */
export function inviteHeadersOf({ settings }: Tenant): readonly ExtraHeader[] {
  const { userToUser, callSubject, callInfo, extraInviteHeaders = {} } = settings;
  const uui = userToUser === undefined ? undefined : userToUserValue(userToUser);
  return [
    ...(uui?.ok === true ? [{ name: 'User-to-User', value: uui.value }] : []),
    ...(callSubject === undefined ? [] : [{ name: 'Subject', value: callSubject }]),
    ...(callInfo === undefined ? [] : [{ name: 'Call-Info', value: callInfo }]),
    ...Object.entries(extraInviteHeaders).flatMap(([name, value]) =>
      typeof value === 'string' ? [{ name, value }] : [],
    ),
  ];
}
