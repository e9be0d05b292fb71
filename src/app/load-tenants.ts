/**
 * The tenants with everything that belongs to them: the tenant file, the secrets it refers to, the dialog files it names.
 * Read at the start, at every reload and by `outdial config`, so that all of them find the same mistakes.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Environment, Settings } from '../config/index.ts';
import type { ConversationService } from '../conversation/index.ts';
import { err, ok, type Result } from '../kit/index.ts';
import { checkCallUri } from '../sip/index.ts';
import {
  createTenantDirectory,
  type FileChecks,
  type FileProblem,
  type SecretReference,
  type Tenant,
  type TenantDirectory,
  type TenantFault,
} from '../tenants/index.ts';
import { type DialogCache, createDialogCache } from './bots.ts';

export interface LoadedTenants {
  readonly directory: TenantDirectory;
  readonly dialogs: ReadonlyMap<string, ConversationService>;
}

/** One mistake: in a file, or in the environment (`file` is then the name of the variable). */
export interface ConfigProblem {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly path?: string;
  readonly value?: string;
  readonly reason: string;
  readonly fix?: string;
}

export interface LoadOptions {
  readonly settings: Settings;
  /** Where `${env:NAME}` is looked up. */
  readonly environment: Environment;
  readonly brokenEntries: 'refuse' | 'leave-out';
}

/** Most bytes of a file with a secret. */
const maxSecretLength = 65_536;

export function loadTenants(options: LoadOptions): Result<LoadedTenants, readonly ConfigProblem[]> {
  const { settings, brokenEntries } = options;
  const cache = createDialogCache();
  const ofDeployment = checkDeployment(settings, cache);
  const file = settings.multiTenantConfigFile;
  const text = file === undefined ? ok(undefined) : readText(file);
  if (!text.ok) {
    const problem = { file: `MULTI_TENANT_CONFIG_FILE=${file ?? ''}`, reason: text.error, fix: 'Correct the path.' };
    return err([...ofDeployment, problem]);
  }
  const checks = fileChecks(options, cache);
  const directory = createTenantDirectory(settings, text.value, { ...checks, brokenEntries });
  if (!directory.ok) return err([...ofDeployment, ...directory.error.map((problem) => inFile(file ?? '', problem))]);
  if (ofDeployment.length > 0) return err(ofDeployment);
  return ok({ directory: directory.value, dialogs: cache.services });
}

/** The checks of a tenant file that need the machine: secrets, dialogs, URIs. */
export function fileChecks(options: Omit<LoadOptions, 'brokenEntries'>, cache: DialogCache): Required<FileChecks> {
  const { settings, environment } = options;
  const folder = dirname(settings.multiTenantConfigFile ?? '.');
  return {
    resolveSecret: (reference) => resolveSecret(reference, environment, folder),
    checkTenant: (tenant) => checkTenant(tenant, cache),
  };
}

/** A problem of a tenant file as one of a file by name. */
export function inFile(file: string, { line, column, path, value, reason, fix }: FileProblem): ConfigProblem {
  return { file, line, column, path, value, reason, fix };
}

/** `file:line:column: path=value: reason. fix`, as far as these are known. */
export function printProblem({ file, line, column, path, value, reason, fix }: ConfigProblem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  const what =
    path === undefined || path === '' ? '' : ` ${path}${value === undefined || value === '' ? '' : ` = ${value}`}:`;
  return `${place}:${what} ${reason}.${fix === undefined ? '' : ` ${fix}`}`;
}

/** A sentence to be put into another one. */
function clause(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

function checkDeployment(settings: Settings, cache: DialogCache): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const { outboundTenantUri, dialogFile, conversationUrl } = settings;
  const uri = outboundTenantUri === undefined ? undefined : checkCallUri(outboundTenantUri);
  if (uri?.ok === false) {
    problems.push({
      file: 'OUTBOUND_CALLS_TENANT_URI',
      reason: `it cannot call: ${clause(uri.error.message)}`,
      fix: 'Use a SIP or tel URI.',
    });
  }
  if (dialogFile !== undefined && conversationUrl === undefined) {
    const loaded = cache.load(dialogFile);
    if (!loaded.ok) problems.push(...loaded.error.map(dialogProblem));
  }
  return problems;
}

/** A sentence of the dialog loader, `file:line: what is wrong`, in parts. */
function dialogProblem(text: string): ConfigProblem {
  const [, file, line, reason] = /^(.*?):(\d+): (.*)$/s.exec(text) ?? [];
  if (file === undefined || reason === undefined) return { file: 'dialog', reason: text };
  return { file, line: Number(line), reason, fix: 'Correct the dialog.' };
}

function checkTenant({ from, conversation }: Tenant, cache: DialogCache): TenantFault[] {
  const uri = from === undefined ? undefined : checkCallUri(from);
  const faults: TenantFault[] = [];
  if (uri?.ok === false) {
    faults.push({
      keys: ['outboundCalls', 'tenantURI'],
      reason: `it cannot call: ${clause(uri.error.message)}`,
      fix: 'Use a SIP or tel URI.',
    });
  }
  if (conversation.kind !== 'dialog-file' || conversation.path === undefined) return faults;
  const loaded = cache.load(conversation.path);
  if (loaded.ok) return faults;
  return [
    ...faults,
    ...loaded.error.map((reason) => ({
      keys: ['outdial', 'dialogFile'],
      reason,
      fix: 'Correct the dialog or its path.',
    })),
  ];
}

function resolveSecret(reference: SecretReference, environment: Environment, folder: string): Result<string, string> {
  if (reference.from === 'env') {
    const text = environment[reference.name] ?? '';
    return text === '' ? err(`the variable ${reference.name} is not set`) : ok(text);
  }
  const text = readText(resolve(folder, reference.path));
  if (!text.ok) return err(`the file it refers to ${text.error}`);
  const secret = text.value.replace(/\r?\n$/, '');
  if (secret === '') return err('the file it refers to is empty');
  return secret.length > maxSecretLength ? err('the file it refers to is too long for a secret') : ok(secret);
}

/** The error begins with a verb. */
function readText(path: string): Result<string, string> {
  try {
    return ok(readFileSync(path, 'utf8'));
  } catch (fault) {
    const detail = fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown reason';
    return err(`cannot be read (${detail})`);
  }
}
