/** `outdial config ...` on the command line. */
import type { Command } from 'commander';
import type { CheckOptions } from './check-config.ts';
import type { ExplainOptions } from './explain-config.ts';

/** What was asked for. */
export type ConfigOrder = { readonly output: 'text' | 'json' } & (
  | ({ readonly command: 'check' } & CheckOptions)
  | ({ readonly command: 'explain' } & ExplainOptions)
  | { readonly command: 'schema' }
  | { readonly command: 'diff'; readonly before: string; readonly after: string }
);

interface Flags {
  readonly json?: true;
  readonly strict?: true;
  readonly file?: string;
  readonly tenant?: string;
}

const output = ({ json }: Flags): 'text' | 'json' => (json ? 'json' : 'text');
const fileOption = ['-f, --file <path>', 'a tenant file instead of the one of MULTI_TENANT_CONFIG_FILE'] as const;
const jsonOption = ['--json', 'print JSON'] as const;

export function addConfigCommands(program: Command, run: (order: ConfigOrder) => Promise<void>): void {
  const config = program.command('config').description('check, explain and compare the configuration');
  config
    .command('check')
    .description('tell every mistake with file, line, value, reason and fix; exit code 1 when there is one')
    .option(...fileOption)
    .option('--strict', 'fail on notices too')
    .option(...jsonOption)
    .allowExcessArguments(false)
    .action(async (flags: Flags) =>
      run({
        command: 'check',
        output: output(flags),
        failOn: flags.strict ? 'notices' : 'problems',
        ...(flags.file === undefined ? {} : { file: flags.file }),
      }),
    );
  config
    .command('explain')
    .argument('[name]', 'a variable, or with --tenant a key such as outboundCalls.readTimeout')
    .description('print the effective values and where each one comes from')
    .option('-t, --tenant <tenantURI>', 'the values of one tenant of the tenant file')
    .option(...fileOption)
    .option(...jsonOption)
    .allowExcessArguments(false)
    .action(async (name: string | undefined, flags: Flags) =>
      run({
        command: 'explain',
        output: output(flags),
        ...(name === undefined ? {} : { name }),
        ...(flags.tenant === undefined ? {} : { tenant: flags.tenant }),
        ...(flags.file === undefined ? {} : { file: flags.file }),
      }),
    );
  config
    .command('schema')
    .description('print the JSON Schema of the tenant file, for editors')
    .allowExcessArguments(false)
    .action(async () => run({ command: 'schema', output: 'json' }));
  config
    .command('diff')
    .argument('<before>', 'a tenant file')
    .argument('<after>', 'another one')
    .description('print what would change, secrets hidden; exit code 1 when something would')
    .option(...jsonOption)
    .allowExcessArguments(false)
    .action(async (before: string, after: string, flags: Flags) =>
      run({ command: 'diff', output: output(flags), before, after }),
    );
}
