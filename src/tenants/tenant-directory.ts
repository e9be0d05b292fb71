/** Who the tenants are: one for every path, or those of the tenant file. Read once, at the start. */
import type { Settings } from '../config/index.ts';
import { err, isJsonObject, type Json, ok, type Result } from '../kit/index.ts';
import { type KeyProblem, readKeys } from './read-keys.ts';
import { tenantKeys } from './tenant-keys.ts';
import { type Tenant, tenantFromSettings } from './tenant.ts';

export interface TenantDirectory {
  readonly isMultiTenant: boolean;
  /** The tenant of the environment variables alone. */
  readonly deployment: Tenant;
  /** The tenants of the file; empty when there is none. */
  readonly tenants: readonly Tenant[];
  /** What was accepted without effect, one sentence each. */
  readonly notices: readonly string[];
  /**
   * The tenant of a `tenantID`, the path element after percent-decoding. Exact match with the tenantURI of the file;
   * without a file every name but the empty one is the one tenant's.
   */
  find(tenantId: string): Tenant | undefined;
}

/** Most tenants taken from a file. */
const maxTenants = 10_000;

/**
 * Builds the directory. `fileText` is what MULTI_TENANT_CONFIG_FILE holds: `{"tenants": [...]}`. What an entry does not
 * give is taken from the settings, except that credentials are never carried over to an URL of the entry.
 */
export function createTenantDirectory(
  settings: Settings,
  fileText?: string,
): Result<TenantDirectory, readonly KeyProblem[]> {
  const deployment = tenantFromSettings('default', settings);
  if (settings.multiTenantConfigFile === undefined) return ok(singleTenant(deployment));
  if (fileText === undefined) return err([{ path: '', reason: 'the tenant file was not read' }]);
  const entries = parseEntries(fileText);
  if (!entries.ok) return entries;
  const problems: KeyProblem[] = [];
  const notices: string[] = [];
  const tenants = new Map<string, Tenant>();
  for (const [index, entry] of entries.value.entries()) {
    const path = `tenants[${index}]`;
    const tenant = readTenant(entry, path, settings, problems, notices);
    if (tenant === undefined) continue;
    if (tenants.has(tenant.id)) problems.push({ path: `${path}.tenantURI`, reason: 'another tenant has the same' });
    tenants.set(tenant.id, tenant);
  }
  if (problems.length > 0) return err(problems);
  return ok({
    isMultiTenant: true,
    deployment,
    tenants: [...tenants.values()],
    notices,
    find: (tenantId) => tenants.get(tenantId),
  });
}

function singleTenant(deployment: Tenant): TenantDirectory {
  return {
    isMultiTenant: false,
    deployment,
    tenants: [],
    notices: [],
    find: (tenantId) => (tenantId === '' ? undefined : { ...deployment, id: tenantId }),
  };
}

function parseEntries(fileText: string): Result<readonly Json[], readonly KeyProblem[]> {
  const parsed = parseJson(fileText);
  if (!parsed.ok) return err([{ path: '', reason: parsed.error }]);
  const root = parsed.value;
  if (!isJsonObject(root) || !Array.isArray(root['tenants'])) {
    return err([{ path: '', reason: 'expected: {"tenants": [...]}' }]);
  }
  const tenants: readonly Json[] = root['tenants'];
  if (tenants.length === 0) return err([{ path: 'tenants', reason: 'there is no tenant in it' }]);
  if (tenants.length > maxTenants)
    return err([{ path: 'tenants', reason: `there are more than ${maxTenants} tenants` }]);
  return ok(tenants);
}

/** The platform's message may quote the text around a fault, and with it a password: only the place is kept. */
function parseJson(text: string): Result<Json, string> {
  try {
    return ok(JSON.parse(text));
  } catch (error) {
    const position = /position (\d+)/.exec(String(error))?.[1];
    if (position === undefined) return err('it is not JSON');
    const before = text.slice(0, Number(position)).split('\n');
    return err(`it is not JSON (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`);
  }
}

function readTenant(
  entry: Json,
  path: string,
  settings: Settings,
  problems: KeyProblem[],
  notices: string[],
): Tenant | undefined {
  if (!isJsonObject(entry)) {
    problems.push({ path, reason: 'expected: an object' });
    return undefined;
  }
  const read = readKeys(entry, tenantKeys, path, 'file');
  const missing = read.identity === undefined && !Object.hasOwn(entry, 'tenantURI');
  const found = [
    ...read.problems,
    ...(missing ? [{ path: `${path}.tenantURI`, reason: 'it is missing' }] : []),
    ...findHalfCredentials(read.given, path),
  ];
  problems.push(...found);
  notices.push(...read.notices);
  if (found.length > 0 || read.identity === undefined) return undefined;
  return tenantFromSettings(read.identity, inherit(settings, read.given));
}

const credentialPairs = [
  { username: 'restApiUsername', password: 'restApiPassword', at: 'restAPI' },
  { username: 'conversationUsername', password: 'conversationPassword', at: 'conversation' },
  { username: 'webhookUsername', password: 'webhookPassword', at: 'outboundCalls' },
  { username: 'trunkUsername', password: 'trunkPassword', at: 'outboundCalls.sipAuth' },
] as const;

/** Half a pair in the file and half in the environment would make a third one that nobody wrote. */
function findHalfCredentials(given: Partial<Settings>, path: string): KeyProblem[] {
  return credentialPairs
    .filter(({ username, password }) => (given[username] === undefined) !== (given[password] === undefined))
    .map(({ at }) => ({ path: `${path}.${at}`, reason: 'user name and password go together' }));
}

/** The entry over the settings. An URL of its own takes along nothing that was configured for another one. */
function inherit(settings: Settings, given: Partial<Settings>): Settings {
  const base: { -readonly [Key in keyof Settings]: Settings[Key] } = { ...settings };
  if (given.conversationUrl !== undefined) {
    delete base.conversationWorkspaceId;
    delete base.conversationUsername;
    delete base.conversationPassword;
  }
  if (given.webhookUrl !== undefined) {
    delete base.webhookUsername;
    delete base.webhookPassword;
  }
  return { ...base, ...given };
}
