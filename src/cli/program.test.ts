import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommanderError } from 'commander';
import type { AskedOrder } from './calls/call-orders.ts';
import type { ConfigOrder } from './config/config-commands.ts';
import type { DoctorOptions } from './doctor/doctor.ts';
import type { TalkOrder } from './talk/talk-order.ts';
import type { StoreOrder } from './store/store-commands.ts';
import type { ErrorsOrder } from './errors/print-errors.ts';
import { createProgram, type DemoOptions, type ServeOptions } from './program.ts';

type Told =
  | AskedOrder
  | ServeOptions
  | DemoOptions
  | DoctorOptions
  | ConfigOrder
  | StoreOrder
  | TalkOrder
  | ErrorsOrder;

interface Run {
  readonly done: readonly Told[];
  readonly exitCodes: readonly number[];
  readonly output: string;
  readonly error: CommanderError | undefined;
}

async function run(...args: readonly string[]): Promise<Run> {
  const done: Told[] = [];
  const exitCodes: number[] = [];
  let output = '';
  let error: CommanderError | undefined;
  const actions = {
    serve: async (options: ServeOptions) => done.push(options) + 1,
    demo: async (options: DemoOptions) => done.push(options) - 1,
    doctor: async (options: DoctorOptions) => done.push(options) + 4,
    config: async (order: ConfigOrder) => done.push(order) + 2,
    store: async (order: StoreOrder) => done.push(order) + 6,
    calls: async (order: AskedOrder) => done.push(order) + 8,
    errors: async (order: ErrorsOrder) => done.push(order) + 10,
    talk: async (order: TalkOrder) => done.push(order) + 12,
    print: (text: string) => void (output += text),
  };
  const program = createProgram(actions, (code) => void exitCodes.push(code));
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    const write = (text: string): void => void (output += text);
    command.exitOverride().configureOutput({ writeOut: write, writeErr: write });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    error = thrown;
  }
  return { done, exitCodes, output, error };
}

test('serve, demo and doctor run their action once and pass its exit code on', async () => {
  const served = { done: [{ brokenEntries: 'leave-out' }], exitCodes: [2], output: '', error: undefined };
  assert.deepEqual(await run('serve'), served);
  assert.deepEqual((await run('serve', '--strict')).done, [{ brokenEntries: 'refuse' }]);
  assert.deepEqual(await run('demo'), { done: [{}], exitCodes: [0], output: '', error: undefined });
  assert.deepEqual((await run('demo', '--stay')).done, [{ isKeptOpen: true }]);
  const told = await run('demo', '--out', 'call.wav', '--voice', 'rms');
  assert.deepEqual(told.done, [{ outFile: 'call.wav', voice: 'rms' }]);
  assert.deepEqual((await run('doctor')).done, [{ asksBot: false, isJson: false }]);
  const thorough = await run('doctor', '--bot', '--json');
  assert.deepEqual([thorough.done, thorough.exitCodes], [[{ asksBot: true, isJson: true }], [5]]);
});

test('config commands say what was asked for', async () => {
  for (const [args, order] of [
    [['check'], { command: 'check', output: 'text', failOn: 'problems' }],
    [
      ['check', '-f', 't.json', '--strict', '--json'],
      { command: 'check', output: 'json', failOn: 'notices', file: 't.json' },
    ],
    [['explain'], { command: 'explain', output: 'text' }],
    [['explain', 'stt', '--tenant', '+1'], { command: 'explain', output: 'text', name: 'stt', tenant: '+1' }],
    [['schema'], { command: 'schema', output: 'json' }],
    [['diff', 'a', 'b', '--json'], { command: 'diff', output: 'json', before: 'a', after: 'b' }],
  ] as const) {
    assert.deepEqual(await run('config', ...args), { done: [order], exitCodes: [3], output: '', error: undefined });
  }
  const { output } = await run('config', '--help');
  for (const word of ['check', 'explain', 'schema', 'diff']) assert.ok(output.includes(word), word);
});

test('errors says which code was asked for', async () => {
  assert.deepEqual((await run('errors')).done, [{ isJson: false }]);
  const told = await run('errors', 'sip.busy', '--json');
  assert.deepEqual([told.done, told.exitCodes], [[{ code: 'sip.busy', isJson: true }], [11]]);
});

test('commands that ask a gateway say what was asked for', async () => {
  const bare = { access: {}, isJson: false };
  for (const [args, order] of [
    [
      ['call', 'tel:+15551234', '-c', 'name=Ann=e', '-c', '{"n":1}', '--from', 'sip:a@b', '-f'],
      { command: 'call', to: 'tel:+15551234', from: 'sip:a@b', context: { name: 'Ann=e', n: 1 }, isFollowed: true },
    ],
    [
      ['call', '0b0c1c52-6f0e-4c11-9a3e-5f8f3f1f0f11'],
      { command: 'follow', sessionId: '0b0c1c52-6f0e-4c11-9a3e-5f8f3f1f0f11' },
    ],
    [['calls', 'list', '-s', 'failed', '-n', '3'], { command: 'list', state: 'failed', limit: 3 }],
    [['calls', 'show', 'x'], { command: 'show', sessionId: 'x' }],
    [['calls', 'trace', 'x', '-w'], { command: 'trace', sessionId: 'x', isWhole: true }],
    [['calls', 'hangup', 'x'], { command: 'hangup', sessionId: 'x' }],
    [['events', 'resend', 'x', '4'], { command: 'resend', sessionId: 'x', sequence: '4' }],
    [['events', 'dead'], { command: 'dead' }],
    [['listen', '-f', 'http://h/'], { command: 'listen', forwardTo: 'http://h/' }],
    [['trigger', 'call.ended', '--to', 'http://h/'], { command: 'trigger', type: 'call.ended', to: 'http://h/' }],
  ] as const) {
    assert.deepEqual(await run(...args), {
      done: [{ ...order, ...bare }],
      exitCodes: [9],
      output: '',
      error: undefined,
    });
  }
  const elsewhere = await run('calls', 'list', '-g', 'https://gw', '-t', 'clinic', '--json');
  assert.deepEqual(elsewhere.done, [
    { command: 'list', limit: 20, access: { gateway: 'https://gw', tenant: 'clinic' }, isJson: true },
  ]);
  for (const wrong of [
    ['call'],
    ['call', 'sip:a', '-c', 'novalue'],
    ['call', 'sip:a', '-c', '{"a":}'],
    ['calls', 'list', '-n', '0'],
  ]) {
    const { done, error } = await run(...wrong);
    assert.deepEqual([done, error?.exitCode], [[], 1], wrong.join(' '));
  }
});

test('talk says who is talked to and what is said', async () => {
  const bare = { to: 'sip:callee@127.0.0.1', context: {}, lines: [], isJson: false };
  for (const [args, order] of [
    [[], bare],
    [
      ['--dialog', 'd.yaml', '-s', 'yes', '--say', '/keys 1', '--json', '-c', 'name=Ann'],
      { ...bare, dialogFile: 'd.yaml', lines: ['yes', '/keys 1'], isJson: true, context: { name: 'Ann' } },
    ],
    [
      ['-t', 'clinic', '--bot-url', 'http://b/', '--bot-type', 'webhook', '--to', 'tel:+1', '--from', 'sip:a@b'],
      { ...bare, tenant: 'clinic', botUrl: 'http://b/', botType: 'webhook', to: 'tel:+1', from: 'sip:a@b' },
    ],
    [['--microphone'], { ...bare, microphone: { isSpeakerOn: true } }],
    [['--microphone', '--no-speaker'], { ...bare, microphone: { isSpeakerOn: false } }],
  ] as const) {
    assert.deepEqual(await run('talk', ...args), { done: [order], exitCodes: [13], output: '', error: undefined });
  }
  assert.notEqual((await run('talk', '--bot-type', 'parrot')).error, undefined);
});

test('completion prints every command and option for each shell', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { output } = await run('completion', shell);
    for (const word of ['trigger', 'hangup', 'forward-to', 'schema'])
      assert.ok(output.includes(word), `${shell}: ${word}`);
  }
  assert.notEqual((await run('completion', 'cmd')).error, undefined);
});

test('--version prints a version, --help the commands', async () => {
  const version = await run('--version');
  assert.match(version.output, /^\d+\.\d+\.\d+\S*\n$/);
  assert.equal(version.error?.exitCode, 0);
  const help = await run('--help');
  for (const word of ['serve', 'demo', 'doctor', 'config', 'docs/configuration.md']) {
    assert.ok(help.output.includes(word), word);
  }
});

test('what it does not understand is refused with the nearest thing it does, and nothing runs', async () => {
  for (const [args, says] of [
    [['serv'], /Did you mean serve/],
    [['serve', '--prot'], /unknown option/],
    [['serve', 'now'], /too many arguments/],
    [['demo', '--voice', 'alice'], /slt, rms, awb, kal/],
    [['demo', '--ouf', 'x'], /Did you mean --out/],
  ] as const) {
    const { done, exitCodes, output, error } = await run(...args);
    assert.match(output, says);
    assert.match(output, /outdial --help/);
    assert.equal(error?.exitCode, 1);
    assert.deepEqual([done, exitCodes], [[], []]);
  }
});

test('store commands say what was asked for', async () => {
  const backup = await run('store', 'backup', 'copy.db');
  assert.deepEqual([backup.done, backup.exitCodes], [[{ command: 'backup', file: 'copy.db' }], [7]]);
  assert.deepEqual((await run('store', 'migrate')).done, [{ command: 'migrate' }]);
  assert.equal((await run('store', 'backup')).error?.code, 'commander.missingArgument');
});
