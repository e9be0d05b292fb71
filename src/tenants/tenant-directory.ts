/** Who the tenants are: one for every path, or those of the tenant file. */
import { isLoopbackHost, type Settings } from '../config/index.ts';
import { err, ok, quoteName, type Result } from '../kit/index.ts';
import { type FileChecks, type FileProblem, readTenantFile, type TenantEntry } from './tenant-file.ts';
import { tenantSettingsOf } from './tenant-settings.ts';
import { type Tenant, tenantFromSettings } from './tenant.ts';
import { summarizeNotices } from './summarize-notices.ts';

export interface TenantDirectory {
  readonly isMultiTenant: boolean;
  /** The tenant of the environment variables alone. */
  readonly deployment: Tenant;
  /** The tenants of the file that can be used; empty when there is none. */
  readonly tenants: readonly Tenant[];
  /** What was accepted without effect, one sentence each. */
  readonly notices: readonly string[];
  /** What is wrong with entries that were left out. */
  readonly problems: readonly FileProblem[];
  /**
   * The tenant of a `tenantID`, the path element after percent-decoding. Exact match with the tenantURI of the file;
   * without a file every name but the empty one is the one tenant's.
   */
  find(tenantId: string): Tenant | undefined;
  /** Whether the file has an entry of this name that was left out because something is wrong with it. */
  isMisconfigured(tenantId: string): boolean;
}

export interface DirectoryOptions extends FileChecks {
  /** What becomes of a file with a broken entry. `refuse` (the default): nothing; `leave-out`: the others are used. */
  readonly brokenEntries?: 'refuse' | 'leave-out';
}

/** Builds the directory. `fileText` is what MULTI_TENANT_CONFIG_FILE holds: `{"tenants": [...]}`. */
export function createTenantDirectory(
  settings: Settings,
  fileText?: string,
  options: DirectoryOptions = {},
): Result<TenantDirectory, readonly FileProblem[]> {
  const deployment = tenantFromSettings('default', tenantSettingsOf(settings));
  if (settings.multiTenantConfigFile === undefined) return ok(singleTenant(deployment));
  const entries = readTenantFile(settings, fileText ?? '', options);
  if (!entries.ok) return err([entries.error]);
  const problems = entries.value.flatMap((entry) => entry.problems);
  const isUsable = entries.value.some((entry) => entry.tenant !== undefined);
  if (problems.length > 0 && (options.brokenEntries !== 'leave-out' || !isUsable)) return err(problems);
  return ok(manyTenants(deployment, entries.value, problems));
}

function singleTenant(deployment: Tenant): TenantDirectory {
  return {
    isMultiTenant: false,
    deployment,
    tenants: [],
    notices: [],
    problems: [],
    find: (tenantId) => (tenantId === '' ? undefined : { ...deployment, id: tenantId }),
    isMisconfigured: () => false,
  };
}

function manyTenants(
  deployment: Tenant,
  entries: readonly TenantEntry[],
  problems: readonly FileProblem[],
): TenantDirectory {
  const byId = new Map<string, Tenant>();
  const broken = new Set<string>();
  for (const { tenantId, tenant } of entries) {
    if (tenant !== undefined) byId.set(tenant.id, tenant);
    else if (tenantId !== undefined) broken.add(tenantId);
  }
  return {
    isMultiTenant: true,
    deployment,
    tenants: [...byId.values()],
    notices: [
      ...summarizeNotices(
        entries.flatMap((entry) => entry.notices),
        '',
      ),
      ...noticeOpenTenants(deployment.settings, [...byId.values()]),
    ],
    problems,
    find: (tenantId) => byId.get(tenantId),
    isMisconfigured: (tenantId) => broken.has(tenantId),
  };
}

/** Tenants that everybody who reaches the REST API can place calls for. */
function noticeOpenTenants({ httpHost }: Settings, tenants: readonly Tenant[]): readonly string[] {
  if (isLoopbackHost(httpHost)) return [];
  const open = tenants.filter((tenant) => tenant.isOutboundEnabled && tenant.restApi === undefined);
  if (open.length === 0) return [];
  const some = open.slice(0, 5).map((tenant) => quoteName(tenant.id));
  const names =
    open.length > some.length ? `${some.join(', ')} and ${open.length - some.length} more` : some.join(', ');
  return [`Whoever reaches HTTP_HOST can place calls for ${names}: restAPI is not given.`];
}
