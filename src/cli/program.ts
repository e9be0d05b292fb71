/** The command line: what `outdial` can be told. What it then does is handed in, so that it can be tested without doing it. */
import { Argument, Command, Option } from 'commander';
import { version } from '../app/index.ts';
import { findSetting } from '../config/index.ts';
import type { DoctorOptions } from './doctor/doctor.ts';
import { addStoreCommands, type StoreOrder } from './store/store-commands.ts';
import { addCallCommands } from './calls/call-commands.ts';
import type { AskedOrder } from './calls/call-orders.ts';
import { completionScript, shells } from './completion.ts';
import type { ErrorsOrder } from './errors/print-errors.ts';
import { addTalkCommand, type TalkOrder } from './talk/talk-order.ts';
import { addConfigCommands, type ConfigOrder } from './config/config-commands.ts';

export interface DemoOptions {
  /** WAV file for the demo call: the bot on the left, the callee on the right. */
  readonly outFile?: string;
  /** A voice of OUTDIAL_VOICE. */
  readonly voice?: string;
  /** The gateway stays until Ctrl-C, so that the call can be looked at. */
  readonly isKeptOpen?: true;
}

/** Each resolves with the exit code of the process. */
export interface ProgramActions {
  serve(options: ServeOptions): Promise<number>;
  demo(options: DemoOptions): Promise<number>;
  doctor(options: DoctorOptions): Promise<number>;
  config(order: ConfigOrder): Promise<number>;
  store(order: StoreOrder): Promise<number>;
  /** What asks a gateway that runs. */
  calls(order: AskedOrder): Promise<number>;
  /** The pages of errors. */
  errors(order: ErrorsOrder): Promise<number>;
  talk(order: TalkOrder): Promise<number>;
  print(text: string): void;
}

export interface ServeOptions {
  readonly brokenEntries: 'refuse' | 'leave-out';
}

/** Builds the program; `parseAsync` runs it. `setExitCode` is told the outcome of the action that ran. */
export function createProgram(
  actions: ProgramActions,
  setExitCode: (code: number) => void = (code) => void (process.exitCode = code),
): Command {
  const program = new Command('outdial')
    .description('An outbound voice gateway: one REST request dials over SIP and connects the call to a bot.')
    .version(version, '-v, --version')
    .showSuggestionAfterError()
    .showHelpAfterError(
      'Run "outdial --help" for what can be told.\ncode: command.usage (outdial errors command.usage)',
    )
    .exitOverride()
    .addHelpText('after', firstSteps);
  program
    .command('serve')
    .description('take start-call requests until it is stopped (SIGTERM lets calls end first)')
    .addHelpText(
      'after',
      '\nSuch as:\n  ENABLE_OUTBOUND_CALLS=true REST_API_USERNAME=campaign REST_API_PASSWORD=change-me outdial serve',
    )
    .option('--strict', 'do not start when a single tenant has a mistake; without it the others are served')
    .allowExcessArguments(false)
    .action(async ({ strict }: { strict?: true }) =>
      setExitCode(await actions.serve({ brokenEntries: strict ? 'refuse' : 'leave-out' })),
    );
  program
    .command('demo')
    .description('place one call to a scripted phone on this machine and show what happens')
    .addOption(new Option('-o, --out <file>', 'record the call to this WAV file'))
    .addOption(new Option('--voice <name>', 'voice of the bot').choices(voices()))
    .option('--stay', 'keep the gateway open afterwards, to look at the call in the console')
    .allowExcessArguments(false)
    .action(async (options: { out?: string; voice?: string; stay?: true }) => {
      const { out, voice, stay } = options;
      setExitCode(
        await actions.demo({
          ...(out === undefined ? {} : { outFile: out }),
          ...(voice === undefined ? {} : { voice }),
          ...(stay === true ? { isKeptOpen: true } : {}),
        }),
      );
    });
  program
    .command('doctor')
    .description('check settings, ports, trunk, speech and everything else a call needs, and say what to fix')
    .option('--bot', 'also ask every bot for a first turn, which costs a turn each')
    .option('--json', 'print the findings as JSON')
    .allowExcessArguments(false)
    .action(async ({ bot = false, json = false }: { bot?: boolean; json?: boolean }) =>
      setExitCode(await actions.doctor({ asksBot: bot, isJson: json })),
    );
  addCallCommands(program, async (order) => setExitCode(await actions.calls(order)));
  addTalkCommand(program, async (order) => setExitCode(await actions.talk(order)));
  addConfigCommands(program, async (order) => setExitCode(await actions.config(order)));
  addStoreCommands(program, async (order) => setExitCode(await actions.store(order)));
  program
    .command('errors')
    .argument('[code]', 'such as sip.busy; without it, all codes')
    .option('--json', 'print JSON')
    .description('tell what an error code means, its likely causes and what to do')
    .allowExcessArguments(false)
    .action(async (code: string | undefined, { json = false }: { json?: boolean }) =>
      setExitCode(await actions.errors({ ...(code === undefined ? {} : { code }), isJson: json })),
    );
  program
    .command('completion')
    .addArgument(new Argument('<shell>').choices(shells))
    .description('print what completes these commands: source <(outdial completion bash)')
    .allowExcessArguments(false)
    .action((shell: (typeof shells)[number]) => {
      actions.print(completionScript(program, shell));
    });
  return program;
}

const firstSteps = `
First steps:
  outdial demo         hear a call on this machine: nothing to configure
  outdial talk         talk to the bot, by typing
  outdial serve        the gateway; it tells at the start what to try
  outdial doctor       what is missing before the first real call
  outdial errors       what an error code means, and what to do

Settings come from environment variables: see docs/configuration.md.`;

function voices(): string[] {
  const { kind } = findSetting('OUTDIAL_VOICE');
  return kind.type === 'word' ? Object.keys(kind.words) : [];
}
