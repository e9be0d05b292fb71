/** The bots of a tenant: those that stand by for the first one, and another one that a bot hands its call over to. */
import { err, type JsonObject, ok, type Result } from '../kit/index.ts';
import { applyTenantConfig } from './apply-tenant-config.ts';
import { noStandbys, type Tenant, tenantFromSettings } from './tenant.ts';

/** One tenant for each of its bots, in the order in which they are asked, each with that bot alone. */
export function botTenants(tenant: Tenant): readonly Tenant[] {
  const origin = new Set(tenant.standbysOfRequest?.has('conversation') === true ? (['conversationUrl'] as const) : []);
  const standbys = tenant.standbys.conversation.map((settings) =>
    tenantFromSettings(tenant.id, settings, noStandbys, origin),
  );
  return [{ ...tenant, standbys: { ...tenant.standbys, conversation: [] } }, ...standbys];
}

/** What names a bot: with one of these given, those that stood by for the old one do not stand by for the new one. */
const namingKeys = ['url', 'workspaceID', 'assistantID'];

/**
 * The tenant with another bot, as a bot asked for it: `config` are keys of `conversation` (specification §4), each of
 * which takes the place of the tenant's. A bot is no operator: its URL counts as one of a request, and credentials stay with
 * the scheme, host and port they were configured for. The error is one sentence without any value.
 */
export function changeBot(tenant: Tenant, config: JsonObject): Result<Tenant, string> {
  const applied = applyTenantConfig(tenant, tenant, { config: { conversation: config } });
  if (!applied.ok) return err(applied.error.replaceAll('tenantConfig.config.conversation', 'conversation'));
  const isAnotherBot = namingKeys.some((key) => Object.hasOwn(config, key));
  if (!isAnotherBot) return ok(applied.value.tenant);
  const changed = applied.value.tenant;
  return ok({ ...changed, standbys: { ...changed.standbys, conversation: [] } });
}
