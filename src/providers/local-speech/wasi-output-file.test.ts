import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandExit, WasiOutputFile } from './wasi-output-file.ts';

function open(commandLine: readonly string[], limitBytes: number) {
  const wasi = new WasiOutputFile(commandLine, limitBytes);
  const memory = new WebAssembly.Memory({ initial: 1 });
  wasi.attach(memory);
  const call = (name: string, ...values: unknown[]): number => wasi.imports()[name]!(...(values as never[]));
  return { wasi, call, bytes: new Uint8Array(memory.buffer), view: new DataView(memory.buffer) };
}

test('the arguments arrive as they are, each ended by NUL', () => {
  const { call, bytes, view } = open(['flite', '-t', "it's; rm -rf \u00e9"], 0);
  assert.equal(call('args_sizes_get', 0, 4), 0);
  assert.deepEqual([view.getUint32(0, true), view.getUint32(4, true)], [3, 6 + 3 + 16]);
  assert.equal(call('args_get', 8, 100), 0);
  const pointers = [8, 12, 16].map((at) => view.getUint32(at, true));
  assert.deepEqual(pointers, [100, 106, 109]);
  assert.equal(new TextDecoder().decode(bytes.subarray(100, 125)), "flite\0-t\0it's; rm -rf \u00e9\0");
});

test('what is written to the file is kept up to the bound, errors apart from it', () => {
  const { wasi, call, bytes, view } = open(['x'], 6);
  bytes.set(new TextEncoder().encode('abcdef'), 200);
  // Two pieces: "ab" and "cde".
  for (const [at, value] of [
    [0, 200],
    [4, 2],
    [8, 202],
    [12, 3],
  ] as const)
    view.setUint32(at, value, true);
  assert.equal(call('path_open', 3, 0, 0, 0, 9, 0n, 0n, 0, 40), 0);
  const file = view.getUint32(40, true);
  assert.equal(call('fd_write', file, 0, 2, 44), 0);
  assert.equal(view.getUint32(44, true), 5);
  assert.equal(call('fd_write', 2, 0, 2, 44), 0);
  assert.equal(new TextDecoder().decode(wasi.file()), 'abcde');
  assert.equal(wasi.errorText, 'abcde');
  assert.notEqual(call('fd_write', file, 0, 2, 44), 0);
  assert.ok(wasi.file().length <= 7);
});

test('an exit is thrown with its code', () => {
  const { call } = open(['x'], 0);
  assert.throws(() => call('proc_exit', 3), new CommandExit(3));
});
