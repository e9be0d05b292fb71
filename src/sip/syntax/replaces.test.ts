import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseReplaces, printReplaces, replacesAmong, replacesUriHeader } from './replaces.ts';

const dialog = { callId: '425928@bobster.example.org', toTag: '7743', fromTag: '6472', isEarlyOnly: false };

test('RFC 3891 §6.1: the dialog, its two tags and early-only, in any order', () => {
  assert.deepEqual(parseReplaces('425928@bobster.example.org;to-tag=7743;from-tag=6472'), dialog);
  assert.deepEqual(parseReplaces('425928@bobster.example.org ; from-tag=6472;early-only ;TO-TAG=7743;x=y'), {
    ...dialog,
    isEarlyOnly: true,
  });
  for (const bad of [
    '',
    'a',
    'a;to-tag=1',
    'a;from-tag=1',
    ';to-tag=1;from-tag=2',
    'a b;to-tag=1;from-tag=2',
    'a;to-tag="1";from-tag=2',
  ]) {
    assert.equal(parseReplaces(bad), undefined, bad);
  }
});

test('RFC 5589 §7.3, RFC 3261 §19.1.1: in a URI it is escaped, and comes back as it was', () => {
  const text = replacesUriHeader({ ...dialog, isEarlyOnly: true });
  assert.equal(text, 'Replaces=425928%40bobster.example.org%3Bto-tag%3D7743%3Bfrom-tag%3D6472%3Bearly-only');
  assert.deepEqual(replacesAmong(`Subject=x&${text}`), { ...dialog, isEarlyOnly: true });
  assert.equal(printReplaces(dialog), '425928@bobster.example.org;to-tag=7743;from-tag=6472');
  for (const bad of ['Subject=x', 'Replaces=%ff%3Bto-tag%3D1%3Bfrom-tag%3D2', 'Replaces=', 'Replaces']) {
    assert.equal(replacesAmong(bad), undefined, bad);
  }
});
