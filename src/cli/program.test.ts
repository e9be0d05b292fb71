import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommanderError } from 'commander';
import type { DoctorOptions } from './doctor/doctor.ts';
import { createProgram, type DemoOptions } from './program.ts';

interface Run {
  readonly done: readonly (string | DemoOptions | DoctorOptions)[];
  readonly exitCodes: readonly number[];
  readonly output: string;
  readonly error: CommanderError | undefined;
}

async function run(...args: readonly string[]): Promise<Run> {
  const done: (string | DemoOptions | DoctorOptions)[] = [];
  const exitCodes: number[] = [];
  let output = '';
  let error: CommanderError | undefined;
  const actions = {
    serve: async () => done.push('serve') + 1,
    demo: async (options: DemoOptions) => done.push(options) - 1,
    doctor: async (options: DoctorOptions) => done.push(options) + 4,
  };
  const program = createProgram(actions, (code) => void exitCodes.push(code));
  for (const command of [program, ...program.commands]) {
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
  assert.deepEqual(await run('serve'), { done: ['serve'], exitCodes: [2], output: '', error: undefined });
  assert.deepEqual(await run('demo'), { done: [{}], exitCodes: [0], output: '', error: undefined });
  const told = await run('demo', '--out', 'call.wav', '--voice', 'rms');
  assert.deepEqual(told.done, [{ outFile: 'call.wav', voice: 'rms' }]);
  assert.deepEqual((await run('doctor')).done, [{ asksBot: false, isJson: false }]);
  const thorough = await run('doctor', '--bot', '--json');
  assert.deepEqual([thorough.done, thorough.exitCodes], [[{ asksBot: true, isJson: true }], [5]]);
});

test('--version prints a version, --help the commands', async () => {
  const version = await run('--version');
  assert.match(version.output, /^\d+\.\d+\.\d+\S*\n$/);
  assert.equal(version.error?.exitCode, 0);
  const help = await run('--help');
  for (const word of ['serve', 'demo', 'doctor', 'docs/configuration.md']) assert.ok(help.output.includes(word), word);
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
