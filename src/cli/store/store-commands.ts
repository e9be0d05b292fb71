/** `outdial store ...` on the command line. */
import type { Command } from 'commander';

/** What was asked for. */
export type StoreOrder = { readonly command: 'backup'; readonly file: string } | { readonly command: 'migrate' };

export function addStoreCommands(program: Command, run: (order: StoreOrder) => Promise<void>): void {
  const store = program.command('store').description('look after the database of calls, notifications and records');
  store
    .command('backup')
    .argument('<file>', 'a file that does not exist yet')
    .description('copy the SQLite database to a file, while the gateway runs or not')
    .allowExcessArguments(false)
    .action(async (file: string) => run({ command: 'backup', file }));
  store
    .command('migrate')
    .description('bring the tables up to date and say so; serve does it too when it starts')
    .allowExcessArguments(false)
    .action(async () => run({ command: 'migrate' }));
}
