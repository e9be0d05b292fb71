import type { ConfigProblem } from '../../app/index.ts';
import { type Environment, type Problem, readSettings, type ReadSettings } from '../../config/index.ts';
import { err, type Json, ok, type Result } from '../../kit/index.ts';

/** What a `config` command found: for people, for programs, and for the shell. */
export interface ConfigReport {
  readonly text: string;
  readonly json: Json;
  readonly exitCode: number;
}

/** What the commands read of the machine. */
export interface ConfigWorld {
  readonly environment: Environment;
  readonly localAddresses: readonly string[];
  /** The error says why in a few words. */
  readText(path: string): Result<string, string>;
}

/**
 * The settings, or as many of them as are right: the wrong ones are left out and told, so that the rest of a
 * configuration can still be looked at.
 */
export function readWhatIsRight(
  environment: Environment,
  localAddresses: readonly string[],
): { readonly read: ReadSettings | undefined; readonly problems: readonly Problem[] } {
  const first = readSettings(environment, { localAddresses });
  if (first.ok) return { read: first.value, problems: [] };
  const wrong = new Set(first.error.map((problem) => problem.variable));
  const halves = new Set(
    [...wrong].flatMap((name) => [name, name.replace(/PASSWORD$/, 'USERNAME'), name.replace(/USERNAME$/, 'PASSWORD')]),
  );
  const rest = Object.fromEntries(Object.entries(environment).filter(([name]) => !halves.has(name)));
  const second = readSettings(rest, { localAddresses });
  return { read: second.ok ? second.value : undefined, problems: first.error };
}

/** A problem of the environment among those of files. */
export function ofVariable({ variable, value, reason, fix }: Problem): ConfigProblem {
  return { file: variable, value, reason, fix };
}

/** A problem on lines of its own: where, what, why, what to do. */
export function printForPeople({ file, line, column, path, value, reason, fix }: ConfigProblem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  const key = path === undefined || path === '' ? '' : `  ${path}`;
  const shown = value === undefined || value === '' ? '' : ` = ${value}`;
  return [`${place}${key}${shown}`, `  ${reason}`, ...(fix === undefined ? [] : [`  fix: ${fix}`])].join('\n');
}

export function problemJson(problem: ConfigProblem): Json {
  const { file, line, column, path, value, reason, fix } = problem;
  return {
    file,
    line: line ?? null,
    column: column ?? null,
    path: path ?? null,
    value: value ?? null,
    reason,
    fix: fix ?? null,
  };
}

export function count(number: number, one: string): string {
  return `${number} ${one}${number === 1 ? '' : 's'}`;
}

/** Text in columns, each as wide as its widest cell but the last. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ');
  return rows.map(line).join('\n');
}

/** The environment with a tenant file named on the command line. */
export function withTenantFile(environment: Environment, file: string | undefined): Environment {
  return file === undefined ? environment : { ...environment, MULTI_TENANT_CONFIG_FILE: file };
}

export function trouble(message: string): ConfigReport {
  return { text: message, json: { error: message }, exitCode: 2 };
}

export function readSettingsOr(world: ConfigWorld, environment: Environment): Result<ReadSettings, ConfigReport> {
  const { read, problems } = readWhatIsRight(environment, world.localAddresses);
  if (read !== undefined && problems.length === 0) return ok(read);
  const text = problems.map((problem) => printForPeople(ofVariable(problem))).join('\n');
  return err({ text, json: { problems: problems.map(ofVariable).map(problemJson) }, exitCode: 2 });
}
