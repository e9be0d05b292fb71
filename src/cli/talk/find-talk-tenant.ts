/** Whose bot is talked to, read as `outdial serve` reads it. */
import { loadTenants, localAddresses, printProblem } from '../../app/index.ts';
import { type Environment, readSettings, type Settings } from '../../config/index.ts';
import type { ConversationService } from '../../conversation/index.ts';
import { err, type GatewayError, gatewayError, ok, type Result } from '../../kit/index.ts';
import type { Tenant, TenantDirectory } from '../../tenants/index.ts';
import type { TalkOrder } from './talk-order.ts';

export interface TalkTenant {
  readonly settings: Settings;
  readonly tenant: Tenant;
  readonly dialogs: ReadonlyMap<string, ConversationService>;
}

/** What was asked for, with the tenant that was found for it. */
export type TenantTalk = Omit<TalkOrder, 'tenant'> & TalkTenant;

/** Tenants that are named when there is none of the name that was asked for. */
const mostNames = 10;

export function findTalkTenant(order: TalkOrder, environment: Environment): Result<TalkTenant, GatewayError> {
  const wanted = withBot(order, environment);
  const read = readSettings(wanted, { localAddresses: localAddresses() });
  if (!read.ok) {
    const problems = read.error.map(
      ({ variable, value, reason, fix }) => `${optionOf(variable, order)}=${value}: ${reason}. ${fix}`,
    );
    return err(gatewayError('config.invalid', problems.join('\n')));
  }
  const { settings } = read.value;
  const loaded = loadTenants({ settings, environment: wanted, brokenEntries: 'leave-out' });
  if (!loaded.ok) return err(gatewayError('config.invalid', loaded.error.map(printProblem).join('\n')));
  const { directory, dialogs } = loaded.value;
  const tenantId = order.tenant ?? environment['OUTDIAL_TENANT'] ?? onlyTenant(directory) ?? 'default';
  const tenant = directory.find(tenantId);
  if (tenant !== undefined) return ok({ settings, tenant, dialogs });
  if (directory.isMisconfigured(tenantId)) {
    return err(gatewayError('tenant.misconfigured', `The tenant ${tenantId} has a mistake.`));
  }
  const names = directory.tenants.slice(0, mostNames).map(({ id }) => id);
  const more = directory.tenants.length > mostNames ? ' and others' : '';
  return err(gatewayError('tenant.unknown', `There is no tenant ${tenantId}. There are: ${names.join(', ')}${more}.`));
}

/** A bot that is named by an option is nobody's in the tenant file: it is talked to with the settings of the environment. */
function withBot({ dialogFile, botUrl, botType }: TalkOrder, environment: Environment): Environment {
  if (dialogFile === undefined && botUrl === undefined && botType === undefined) return environment;
  const {
    MULTI_TENANT_CONFIG_FILE: _tenants,
    WATSON_CONVERSATION_URL: url,
    OUTDIAL_BOT_TYPE: type,
    ...rest
  } = environment;
  if (dialogFile !== undefined) return { ...rest, OUTDIAL_DIALOG_FILE: dialogFile };
  return { ...rest, WATSON_CONVERSATION_URL: botUrl ?? url, OUTDIAL_BOT_TYPE: botType ?? type };
}

/** The option that a setting was given by. */
function optionOf(variable: string, { botUrl, botType }: TalkOrder): string {
  if (variable === 'WATSON_CONVERSATION_URL' && botUrl !== undefined) return '--bot-url';
  return variable === 'OUTDIAL_BOT_TYPE' && botType !== undefined ? '--bot-type' : variable;
}

function onlyTenant({ tenants }: TenantDirectory): string | undefined {
  return tenants.length === 1 ? tenants[0]?.id : undefined;
}
