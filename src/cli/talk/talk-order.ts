import type { Command } from 'commander';
import { Option } from 'commander';
import { findSetting } from '../../config/index.ts';
import type { JsonObject } from '../../kit/index.ts';
import { contextOption } from '../read-context.ts';

/** What `outdial talk` was told. */
export interface TalkOrder {
  readonly tenant?: string;
  readonly dialogFile?: string;
  readonly botUrl?: string;
  /** Of OUTDIAL_BOT_TYPE. */
  readonly botType?: string;
  readonly to: string;
  readonly from?: string;
  readonly context: JsonObject;
  /** What the callee says, in order; empty: it is typed. */
  readonly lines: readonly string[];
  readonly isJson: boolean;
  readonly microphone?: { readonly isSpeakerOn: boolean };
}

interface TalkOptions {
  readonly tenant?: string;
  readonly dialog?: string;
  readonly botUrl?: string;
  readonly botType?: string;
  readonly to: string;
  readonly from?: string;
  readonly context: JsonObject;
  readonly say: readonly string[];
  readonly json?: true;
  readonly microphone?: true;
  readonly speaker: boolean;
}

export function addTalkCommand(program: Command, run: (order: TalkOrder) => Promise<void>): void {
  program
    .command('talk')
    .description('talk to the bot without any telephone: typed, or with --microphone')
    .option('-t, --tenant <id>', 'whose bot; else OUTDIAL_TENANT')
    .option('--dialog <file>', 'a dialog file instead of the configured bot')
    .option('--bot-url <url>', 'a bot at this URL instead of the configured one (WATSON_CONVERSATION_URL)')
    .addOption(new Option('--bot-type <type>', 'what that URL speaks (OUTDIAL_BOT_TYPE)').choices(botTypes()))
    .addOption(contextOption())
    .option('--to <uri>', 'who is called, as the bot is told', 'sip:callee@127.0.0.1')
    .option('--from <uri>', 'who calls')
    .addOption(
      new Option('-s, --say <text>', 'what the callee says, instead of typing it; may be repeated')
        .argParser(addLine)
        .default([], 'typed'),
    )
    .option('--microphone', 'talk aloud: through the recogniser and the voice of the configuration')
    .option('--no-speaker', 'with --microphone: print what the bot says and do not play it')
    .option('--json', 'one event a line, and the call record at last')
    .allowExcessArguments(false)
    .addHelpText(
      'after',
      `\nWhile you type:\n${typedHelp}\n\nSuch as:\n  outdial talk --dialog dialog.yaml -c name=Ann\n  outdial talk --say yes --say '/keys 1#' --json`,
    )
    .action(async (options: TalkOptions) => run(orderOf(options)));
}

/** What can be typed beside words. */
export const typedHelp = [
  '  any words    what the callee says',
  '  /keys 12#    the callee presses keys',
  '  /silence     the callee says nothing until the bot is told so',
  '  /context     show the state variables of the conversation',
  '  /hangup      the callee hangs up; so does Ctrl-D',
  '  /help        this list',
].join('\n');

function orderOf({ dialog, say, json, microphone, speaker, ...rest }: TalkOptions): TalkOrder {
  return {
    ...rest,
    ...(dialog === undefined ? {} : { dialogFile: dialog }),
    lines: say,
    isJson: json === true,
    ...(microphone === true ? { microphone: { isSpeakerOn: speaker } } : {}),
  };
}

function addLine(line: string, before: readonly string[]): readonly string[] {
  return [...before, line];
}

function botTypes(): string[] {
  const { kind } = findSetting('OUTDIAL_BOT_TYPE');
  return kind.type === 'word' ? Object.keys(kind.words) : [];
}
