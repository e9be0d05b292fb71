import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err, type GatewayError, gatewayError, ok, type Result } from '../kit/index.ts';
import { createReadiness } from './readiness.ts';

interface Parts {
  isDraining: boolean;
  isMediaReady: boolean;
  isSipOpen: boolean;
  disk: Result<void, string> | Promise<Result<void, string>>;
  store: Result<void, GatewayError>;
}

function world(parts: Partial<Parts> = {}) {
  const state: Parts = {
    isDraining: false,
    isMediaReady: true,
    isSipOpen: true,
    disk: ok(undefined),
    store: ok(undefined),
    ...parts,
  };
  let nowMs = 0;
  let looks = 0;
  const isReady = createReadiness({
    isDraining: () => state.isDraining,
    mediaProblem: () => (state.isMediaReady ? undefined : 'no media thread is running'),
    isSipOpen: () => state.isSipOpen,
    storeHealth: () => state.store,
    checkDataDirectory: async () => {
      looks += 1;
      return state.disk;
    },
    clock: { nowMs: () => nowMs },
  });
  return { state, isReady, looks: () => looks, wait: (ms: number) => void (nowMs += ms) };
}

test('ready when nothing stands against it', async () => {
  assert.deepEqual(await world().isReady(), { ready: true, reasons: [] });
});

test('all reasons at once', async () => {
  const { isReady } = world({
    isDraining: true,
    isMediaReady: false,
    isSipOpen: false,
    disk: err('ENOSPC'),
    store: err(gatewayError('store.unavailable', 'gone')),
  });
  assert.deepEqual(await isReady(), {
    ready: false,
    reasons: [
      'shutting down',
      'no media thread is running',
      'the SIP socket is not open',
      'the store does not take what it is given (store.unavailable)',
      'the data directory takes no files (ENOSPC)',
    ],
  });
});

test('the disk is looked at once in five seconds, everything else each time', async () => {
  const { state, isReady, looks, wait } = world();
  await Promise.all([isReady(), isReady()]);
  wait(4999);
  state.disk = err('EROFS');
  state.isMediaReady = false;
  assert.deepEqual((await isReady()).reasons, ['no media thread is running']);
  assert.equal(looks(), 1);
  wait(1);
  state.isMediaReady = true;
  assert.deepEqual((await isReady()).reasons, ['the data directory takes no files (EROFS)']);
  assert.equal(looks(), 2);
});

test('a thread that is lost while the disk is asked is noticed', async () => {
  let answer: (disk: Result<void, string>) => void = () => undefined;
  const { state, isReady } = world({ disk: new Promise((resolve) => (answer = resolve)) });
  const asked = isReady();
  state.isMediaReady = false;
  answer(ok(undefined));
  assert.deepEqual((await asked).reasons, ['no media thread is running']);
});
