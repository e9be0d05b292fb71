/** `outdial call`, `calls`, `events`, `listen` and `trigger` on the command line. */
import { type Command, InvalidArgumentError } from 'commander';
import type { Json } from '../../kit/index.ts';
import { contextOption } from '../read-context.ts';
import type { AccessOptions, AskedOrder, CallOrder } from './call-orders.ts';

type Run = (order: AskedOrder) => Promise<void>;

interface CommonOptions extends AccessOptions {
  readonly json?: true;
}

export function addCallCommands(program: Command, run: Run): void {
  addPlaceCommand(program, run);
  const calls = program.command('calls').description('look at the calls of a running gateway, and end them');
  addListCommands(calls, run);
  const events = program.command('events').description('send notifications again, or see which were given up');
  addEventCommands(events, run);
  common(program.command('listen'))
    .description('tell every event of the tenant as it happens, and hand each to a webhook on this machine')
    .addHelpText('after', suchAs('listen --forward-to http://127.0.0.1:8000/call-status'))
    .option('-f, --forward-to <url>', 'POST each event there, signed when OUTDIAL_WEBHOOK_SECRETS is set')
    .action(async ({ forwardTo, ...options }: CommonOptions & { forwardTo?: string }) =>
      run(asked({ command: 'listen', ...(forwardTo === undefined ? {} : { forwardTo }) }, options)),
    );
  common(program.command('trigger'))
    .argument('[type]', 'such as call.ended; without it all types are listed')
    .description('send a made-up notification to a webhook, without any call')
    .addHelpText('after', suchAs('trigger call.failed --to http://127.0.0.1:8000/call-status'))
    .option('--to <url>', 'the webhook')
    .action(async (type: string | undefined, { to, ...options }: CommonOptions & { to?: string }) =>
      run(
        asked(
          { command: 'trigger', ...(type === undefined ? {} : { type }), ...(to === undefined ? {} : { to }) },
          options,
        ),
      ),
    );
}

function addPlaceCommand(program: Command, run: Run): void {
  interface PlaceOptions extends CommonOptions {
    readonly from?: string;
    readonly context: Readonly<Record<string, Json>>;
    readonly webhook?: string;
    readonly follow?: true;
  }
  common(program.command('call'))
    .argument('<uri>', 'sip: or tel: URI, or the vgwSessionID of a call to follow')
    .description('start a call at a running gateway; with --follow tell what happens until it is over')
    .addHelpText('after', suchAs('call sip:bob@192.0.2.10 --follow -c name=Ann', 'call tel:+15551234 --follow --json'))
    .option('--from <uri>', 'who calls')
    .addOption(contextOption())
    .option('--webhook <url>', 'where its states are posted to, instead of the webhook of the tenant')
    .option('-f, --follow', 'states, words and waits as they happen; Ctrl-C hangs up; the exit code is the outcome')
    .action(async (uri: string, { from, context, webhook, follow, ...options }: PlaceOptions) =>
      run(
        asked(
          isSessionId(uri)
            ? { command: 'follow', sessionId: uri }
            : {
                command: 'call',
                to: uri,
                context,
                isFollowed: follow === true,
                ...(from === undefined ? {} : { from }),
                ...(webhook === undefined ? {} : { statusWebhook: webhook }),
              },
          options,
        ),
      ),
    );
}

/** Examples below the help of a command. */
function suchAs(...lines: readonly string[]): string {
  return `\nSuch as:\n${lines.map((line) => `  outdial ${line}`).join('\n')}`;
}

function addListCommands(calls: Command, run: Run): void {
  common(calls.command('list'))
    .description('newest first')
    .option('-s, --state <states>', 'only these, separated by commas: started, ringing, active, ended, failed ...')
    .option('-n, --limit <count>', 'at most so many', readLimit, 20)
    .action(async ({ state, limit, ...options }: CommonOptions & { state?: string; limit: number }) =>
      run(asked({ command: 'list', limit, ...(state === undefined ? {} : { state }) }, options)),
    );
  common(calls.command('show'))
    .argument('<vgwSessionID>')
    .description('one call: what became of it, why, what was said, and where the time went')
    .action(async (sessionId: string, options: CommonOptions) => run(asked({ command: 'show', sessionId }, options)));
  common(calls.command('trace'))
    .argument('<vgwSessionID>')
    .description('the SIP messages of a call that is over')
    .option('-w, --whole', 'whole messages instead of their first lines')
    .option('--pcap <file>', 'write them as a capture file instead')
    .action(async (sessionId: string, { whole, pcap, ...options }: CommonOptions & { whole?: true; pcap?: string }) =>
      run(
        asked(
          {
            command: 'trace',
            sessionId,
            isWhole: whole === true,
            ...(pcap === undefined ? {} : { pcapFile: pcap }),
          },
          options,
        ),
      ),
    );
  common(calls.command('hangup'))
    .argument('<vgwSessionID>')
    .description('hang up, or cancel what has not been answered')
    .action(async (sessionId: string, options: CommonOptions) => run(asked({ command: 'hangup', sessionId }, options)));
}

function addEventCommands(events: Command, run: Run): void {
  common(events.command('resend'))
    .argument('<vgwSessionID>')
    .argument('<sequence>', 'of the event')
    .description('send a notification to its webhook again')
    .action(async (sessionId: string, sequence: string, options: CommonOptions) =>
      run(asked({ command: 'resend', sessionId, sequence }, options)),
    );
  common(events.command('dead'))
    .description('notifications that were given up')
    .action(async (options: CommonOptions) => run(asked({ command: 'dead' }, options)));
}

function common(command: Command): Command {
  return command
    .option('-g, --gateway <url>', 'the gateway; else OUTDIAL_GATEWAY, else this machine on HTTP_PORT')
    .option('-t, --tenant <id>', 'the tenant; else OUTDIAL_TENANT')
    .option('--json', 'print JSON')
    .allowExcessArguments(false)
    .addHelpText(
      'after',
      '\nUser name and password: OUTDIAL_USERNAME and OUTDIAL_PASSWORD, else REST_API_USERNAME and REST_API_PASSWORD.',
    );
}

function asked(order: CallOrder, { gateway, tenant, json }: CommonOptions): AskedOrder {
  const access = { ...(gateway === undefined ? {} : { gateway }), ...(tenant === undefined ? {} : { tenant }) };
  return { ...order, access, isJson: json === true };
}

function isSessionId(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) throw new InvalidArgumentError('1 to 1000');
  return limit;
}
