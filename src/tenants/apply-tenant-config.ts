/** The `tenantConfig` of a request: what one call does differently from its tenant. */
import { nearestName, quoteName, type Settings } from '../config/index.ts';
import { err, isJsonObject, type JsonObject, ok, type Result } from '../kit/index.ts';
import { readKeys } from './read-keys.ts';
import { type Conversation, type Credentials, credentialsOf, type Tenant, type TrunkAuth } from './tenant.ts';
import { tenantKeys } from './tenant-keys.ts';

export interface AppliedConfig {
  readonly tenant: Tenant;
  /** Keys that were accepted without effect, one sentence each; they hold key names and no value. */
  readonly notices: readonly string[];
}

const configKeys = ['config', 'updateMethod'];

/**
 * The tenant as it is for one call, or the reason for a 400.
 *
 * `merge` (the default) changes the given keys of the tenant and nothing else. `replace` starts from `deployment`, the
 * tenant of the environment variables, for everything a request may give. Who may call, the caller and the webhook
 * always stay the tenant's.
 *
 * Credentials of the bot go only to the scheme, host and port they were configured for: a `conversation.url` elsewhere
 * is called with the credentials of the request or with none.
 */
export function applyTenantConfig(
  tenant: Tenant,
  deployment: Tenant,
  tenantConfig: JsonObject,
): Result<AppliedConfig, string> {
  const stranger = Object.keys(tenantConfig).find((key) => !configKeys.includes(key));
  if (stranger !== undefined) {
    const nearest = nearestName(stranger, configKeys)?.name ?? '';
    return err(`tenantConfig has no key ${quoteName(stranger)}; the nearest known one is ${quoteName(nearest)}`);
  }
  const { config = {}, updateMethod = 'merge' } = tenantConfig;
  if (updateMethod !== 'merge' && updateMethod !== 'replace') {
    return err('tenantConfig.updateMethod must be "merge" or "replace"');
  }
  if (!isJsonObject(config)) return err('tenantConfig.config must be an object');
  const read = readKeys(config, tenantKeys, 'tenantConfig.config', 'call');
  const [problem] = read.problems;
  if (problem !== undefined) return err(`${problem.path}: ${problem.reason}`);
  const changed = overlay(
    updateMethod === 'merge' ? tenant : replaceable(tenant, deployment),
    read.given,
    updateMethod,
  );
  return changed.ok ? ok({ tenant: changed.value, notices: read.notices }) : changed;
}

/** The tenant, with everything a request may give taken from the deployment. */
function replaceable(tenant: Tenant, deployment: Tenant): Tenant {
  const { conversation, postResponseTimeoutMs, conversationFailedMessage, stt } = deployment;
  return { ...tenant, conversation, postResponseTimeoutMs, conversationFailedMessage, stt };
}

function overlay(base: Tenant, given: Partial<Settings>, method: 'merge' | 'replace'): Result<Tenant, string> {
  const conversation = overlayConversation(base.conversation, given, method);
  if (!conversation.ok) return conversation;
  const trunkAuth = overlayTrunkAuth(given);
  if (!trunkAuth.ok) return trunkAuth;
  return ok({
    ...base,
    ...(trunkAuth.value === undefined ? {} : { trunkAuth: trunkAuth.value }),
    conversation: conversation.value,
    postResponseTimeoutMs: given.postResponseTimeoutMs ?? base.postResponseTimeoutMs,
    conversationFailedMessage: given.conversationFailedMessage ?? base.conversationFailedMessage,
    stt: {
      confidenceThreshold: given.sttConfidenceThreshold ?? base.stt.confidenceThreshold,
      endOfSpeechMs: given.sttEndOfSpeechMs ?? base.stt.endOfSpeechMs,
    },
  });
}

/** A whole pair or none: half of one would send the other half of the operator's where the request says. */
function overlayTrunkAuth({ trunkUsername, trunkPassword }: Partial<Settings>): Result<TrunkAuth | undefined, string> {
  if ((trunkUsername === undefined) !== (trunkPassword === undefined)) {
    return err('tenantConfig.config.outboundCalls.sipAuth needs both username and password');
  }
  const credentials = credentialsOf(trunkUsername, trunkPassword);
  return ok(credentials === undefined ? undefined : { ...credentials, origin: 'request' });
}

function overlayConversation(
  base: Conversation,
  given: Partial<Settings>,
  method: 'merge' | 'replace',
): Result<Conversation, string> {
  const { conversationUrl, conversationWorkspaceId, conversationUsername, conversationPassword } = given;
  const isGiven = [conversationUrl, conversationWorkspaceId, conversationUsername, conversationPassword].some(
    (value) => value !== undefined,
  );
  if (!isGiven) return ok(base);
  const known = base.kind === 'watson-v1' ? base : undefined;
  const url = conversationUrl ?? known?.url;
  if (url === undefined)
    return err('tenantConfig.config.conversation.url is needed: this tenant has no bot of its own');
  const kept = known !== undefined && isSameOrigin(known.url, url) ? known.credentials : undefined;
  const credentials = pair(conversationUsername ?? kept?.username, conversationPassword ?? kept?.password);
  if (!credentials.ok) return credentials;
  // A bot that replaces another one brings its own workspace.
  const isOtherBot = method === 'replace' && conversationUrl !== undefined;
  const workspaceId = conversationWorkspaceId ?? (isOtherBot ? undefined : known?.workspaceId);
  return ok({
    kind: 'watson-v1',
    url,
    ...(workspaceId === undefined ? {} : { workspaceId }),
    ...(credentials.value === undefined ? {} : { credentials: credentials.value }),
    origin: conversationUrl === undefined || conversationUrl === known?.url ? (known?.origin ?? 'request') : 'request',
  });
}

function pair(username: string | undefined, password: Credentials['password'] | undefined) {
  if ((username === undefined) === (password === undefined)) return ok(credentialsOf(username, password));
  return err('tenantConfig.config.conversation needs both username and password');
}

function isSameOrigin(a: string, b: string): boolean {
  return new URL(a).origin === new URL(b).origin;
}
