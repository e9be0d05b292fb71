/**
 * The tenant file: `{"tenants": [...]}`. Every entry is read by itself, so that a broken one says what is wrong with it,
 * with line and column, and takes no other one down.
 */
import type { Settings } from '../config/index.ts';
import {
  err,
  isJsonObject,
  type Json,
  type JsonPath,
  type JsonText,
  ok,
  readJsonText,
  type Result,
  type TextPlace,
} from '../kit/index.ts';
import { forGivenProviders } from './change-speech-provider.ts';
import { everythingOf, findCredentialFaults, layOver } from './endpoints.ts';
import type { ProviderGroup } from './key-rule.ts';
import { type KeyNotice, type KeyProblem, printPath, type ReadKeys, readKeys } from './read-keys.ts';
import type { SecretReference } from './secret-reference.ts';
import { tenantKeys } from './tenant-keys.ts';
import { type TenantSettings, tenantSettingsOf } from './tenant-settings.ts';
import { type Standbys, type Tenant, tenantFromSettings } from './tenant.ts';

/** A problem and where in the file it stands. */
export type FileProblem = KeyProblem & TextPlace;

/** What the reader of a file needs from outside. */
export interface FileChecks {
  /** Looks up `${env:NAME}` and `${file:/path}`; the error is a sentence without the secret. */
  readonly resolveSecret?: (reference: SecretReference) => Result<string, string>;
  /** What else may be wrong with a tenant: for example that its dialog file cannot be read. */
  readonly checkTenant?: (tenant: Tenant) => readonly TenantFault[];
}

export interface TenantFault {
  /** Key of the tenant, in parts. */
  readonly keys: JsonPath;
  readonly reason: string;
  readonly fix: string;
}

/** One entry of the file. */
export interface TenantEntry {
  /** Its tenantURI, when that at least can be read. */
  readonly tenantId: string | undefined;
  /** Absent when there are problems. */
  readonly tenant: Tenant | undefined;
  readonly problems: readonly FileProblem[];
  readonly notices: readonly KeyNotice[];
  /** Where each setting that the entry gives stands, by the key of the setting. */
  readonly places: ReadonlyMap<string, TextPlace>;
}

/** Most tenants taken from a file. */
const maxTenants = 10_000;

/**
 * Reads a file. An error means that there is no list of tenants at all; what is wrong with single entries stands in them.
 * What an entry does not give is taken from the settings, except that credentials never go to an URL of the entry.
 */
export function readTenantFile(
  settings: Settings,
  fileText: string,
  checks: FileChecks = {},
): Result<readonly TenantEntry[], FileProblem> {
  const read = readJsonText(fileText);
  if (!read.ok) return err(fileProblem(`it is not JSON: ${read.error.reason}`, 'Correct the file.', read.error.place));
  const entries = listEntries(read.value);
  if (!entries.ok) return entries;
  const base = tenantSettingsOf(settings);
  const repeated = repeatedByEntry(read.value);
  const all = entries.value.map((entry, index) =>
    readEntry(entry, index, repeated.get(index) ?? [], { base, checks, text: read.value }),
  );
  return ok(withoutDoubles(all, read.value));
}

function fileProblem(reason: string, fix: string, place: TextPlace, keys: JsonPath = []): FileProblem {
  return { path: printPath(keys), keys, value: '', reason, fix, ...place };
}

function listEntries(text: JsonText): Result<readonly Json[], FileProblem> {
  const fix = 'Write one object per tenant: {"tenants": [{"tenantURI": "..."}]}.';
  const root = text.value;
  const tenants = isJsonObject(root) && Object.hasOwn(root, 'tenants') ? root['tenants'] : undefined;
  if (!Array.isArray(tenants)) return err(fileProblem('expected: {"tenants": [...]}', fix, text.placeOf([])));
  const list: readonly Json[] = tenants;
  const place = text.placeOf(['tenants']);
  if (list.length === 0) return err(fileProblem('there is no tenant in it', fix, place, ['tenants']));
  if (list.length > maxTenants) {
    return err(fileProblem(`there are more than ${maxTenants} tenants`, 'Run more gateways.', place, ['tenants']));
  }
  const stranger = Object.keys(Object(root)).find((key) => key !== 'tenants' && key !== '$schema');
  if (stranger !== undefined) {
    const reason = 'there is no such key beside "tenants"';
    return err(fileProblem(reason, 'Remove it.', text.placeOf([stranger]), [stranger]));
  }
  return ok(list);
}

function repeatedByEntry(text: JsonText): ReadonlyMap<number, readonly JsonPath[]> {
  const byEntry = new Map<number, JsonPath[]>();
  for (const path of text.repeated) {
    const index = path[0] === 'tenants' && typeof path[1] === 'number' ? path[1] : 0;
    byEntry.set(index, [...(byEntry.get(index) ?? []), path]);
  }
  return byEntry;
}

interface FileReading {
  readonly base: TenantSettings;
  readonly checks: FileChecks;
  readonly text: JsonText;
}

function readEntry(
  entry: Json,
  index: number,
  repeated: readonly JsonPath[],
  { base, checks, text }: FileReading,
): TenantEntry {
  const at: JsonPath = ['tenants', index];
  const problems: KeyProblem[] = repeated.map((keys) =>
    problemAt(keys, 'this key stands twice', 'Remove one of them.'),
  );
  const located = (): FileProblem[] => problems.map((problem) => ({ ...problem, ...text.placeOf(problem.keys) }));
  if (!isJsonObject(entry)) {
    problems.push(problemAt(at, 'expected: an object', 'Write one object per tenant.'));
    return { tenantId: undefined, tenant: undefined, problems: located(), notices: [], places: new Map() };
  }
  const { resolveSecret } = checks;
  const read = readKeys(entry, tenantKeys, {
    scope: 'file',
    at,
    ...(resolveSecret === undefined ? {} : { resolveSecret }),
  });
  problems.push(...read.problems);
  if (read.identity === undefined && !Object.hasOwn(entry, 'tenantURI')) {
    const fix = 'Write the number or URI by which this tenant is known.';
    problems.push(problemAt([...at, 'tenantURI'], 'it is missing', fix));
  }
  // Half a pair is no news where the other half is already said to be wrong.
  const isNews = ({ path }: KeyProblem): boolean =>
    !read.problems.some((problem) => problem.path.startsWith(`${path}.`));
  problems.push(...findEntryFaults(read, at).filter(isNews));
  const tenant =
    problems.length > 0 || read.identity === undefined
      ? undefined
      : tenantFromSettings(
          read.identity,
          layOver(forGivenProviders(base, read.given), read.given, 'nothing'),
          standbysOf(read.standbys, base),
        );
  const faults = tenant === undefined ? [] : (checks.checkTenant?.(tenant) ?? []);
  problems.push(...faults.map(({ keys, reason, fix }) => problemAt([...at, ...keys], reason, fix)));
  return {
    tenantId: read.identity,
    tenant: faults.length > 0 ? undefined : tenant,
    problems: located(),
    notices: read.notices,
    places: new Map([...read.places].map(([key, path]) => [key, text.placeOf(path)])),
  };
}

function problemAt(keys: JsonPath, reason: string, fix: string): KeyProblem {
  return { path: printPath(keys), keys, value: '', reason, fix };
}

/** What is wrong with values that are each right by themselves. */
function findEntryFaults({ given, standbys }: ReadKeys, at: JsonPath): KeyProblem[] {
  const problems = findCredentialFaults(given).map(({ at: key, reason, fix }) =>
    problemAt([...at, ...key.split('.')], reason, fix),
  );
  for (const [group, list] of Object.entries(standbys)) {
    for (const [index, values] of list.entries()) {
      const entryAt = [...at, group, index + 1];
      if (group === 'conversation' && values.conversationUrl === undefined) {
        problems.push(problemAt([...entryAt, 'url'], 'it is missing', 'Every further bot needs an URL of its own.'));
      }
      problems.push(...findCredentialFaults(values).map(({ reason, fix }) => problemAt(entryAt, reason, fix)));
    }
  }
  if (given.dialogFile !== undefined && given.conversationUrl !== undefined) {
    const fix = 'Remove one of conversation.url and outdial.dialogFile.';
    problems.push(problemAt([...at, 'outdial', 'dialogFile'], 'a tenant has one bot', fix));
  }
  return problems;
}

const endpointOf: Readonly<Record<ProviderGroup, string>> = {
  conversation: 'conversation',
  stt: 'stt.credentials',
  tts: 'tts.credentials',
};

/** A provider that stands by has an address and credentials of its own; only the rest is taken from `base`. */
export function standbysOf(given: ReadKeys['standbys'], base: TenantSettings): Standbys {
  const complete = (group: ProviderGroup): readonly TenantSettings[] => {
    const below: { -readonly [Key in keyof TenantSettings]?: TenantSettings[Key] } = { ...base };
    for (const key of everythingOf(endpointOf[group])) delete below[key];
    // What was deleted is optional in the type.
    const over = (values: Partial<TenantSettings>): TenantSettings => ({
      ...forGivenProviders(below as TenantSettings, values),
      ...values,
    });
    return (given[group] ?? []).map(over);
  };
  return { conversation: complete('conversation'), stt: complete('stt'), tts: complete('tts') };
}

/** Of two entries with one name nobody knows which is meant: neither is used. */
function withoutDoubles(entries: readonly TenantEntry[], text: JsonText): readonly TenantEntry[] {
  const first = new Map<string, number>();
  const doubled = new Set<number>();
  const result = entries.map((entry, index): TenantEntry => {
    if (entry.tenantId === undefined) return entry;
    const before = first.get(entry.tenantId);
    if (before === undefined) {
      first.set(entry.tenantId, index);
      return entry;
    }
    doubled.add(before);
    const keys = ['tenants', index, 'tenantURI'];
    const { line } = text.placeOf(['tenants', before, 'tenantURI']);
    const problem = problemAt(keys, `another tenant has the same, in line ${line}`, 'Rename or remove one of them.');
    return { ...entry, tenant: undefined, problems: [...entry.problems, { ...problem, ...text.placeOf(keys) }] };
  });
  const unused = (entry: TenantEntry): TenantEntry => ({ ...entry, tenant: undefined });
  return result.map((entry, index) => (doubled.has(index) ? unused(entry) : entry));
}
