import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSeal, readSealSecret } from './seal.ts';

test('what was sealed is read again, by the same secret only', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const sealed = createSeal('one').seal(text);
      assert.equal(createSeal('one').unseal(sealed), text);
      assert.equal(createSeal('two').unseal(sealed), undefined);
      if (text.length > 3) assert.ok(!sealed.includes(text));
    }),
  );
});

test('two seals of one text differ, and a changed one is no seal', () => {
  const { seal, unseal } = createSeal('one');
  const sealed = seal('password');
  assert.notEqual(sealed, seal('password'));
  const last = sealed.at(-2) === 'A' ? 'B' : 'A';
  for (const bad of ['', 'v1', 'v1.', 'v2.abc', 'password', `${sealed.slice(0, -2)}${last}${sealed.at(-1)}`]) {
    assert.equal(unseal(bad), undefined, bad);
  }
});

test('a secret file is made once, for its owner alone', () => {
  const directory = mkdtempSync(join(tmpdir(), 'seal-'));
  const filePath = join(directory, 'data', 'store.key');
  const secret = readSealSecret(filePath);
  assert.ok(secret.length >= 40);
  assert.equal(readSealSecret(filePath), secret);
  assert.equal(statSync(filePath).mode & 0o777, 0o600);
  rmSync(directory, { recursive: true });
});
