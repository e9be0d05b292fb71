import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { printClientCode, printCurl } from './request-text.ts';

const hostile = `it's "here" $(touch x) \`y\` \\ %`;
const request = {
  origin: 'http://127.0.0.1:9080',
  tenantId: 'sip:a b@example.net',
  username: "o'neil",
  body: { to: 'tel:+15551234', context: { name: hostile }, statusWebhookPassword: 'canary' },
};

test('a shell reads the curl as it was meant, whatever the values hold', () => {
  const script = `curl() { for each in "$@"; do printf '%s\\0' "$each"; done; }\n${printCurl(request)}`;
  const words = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0');
  const body: Record<string, unknown> = JSON.parse(words[words.indexOf('-d') + 1] ?? '');
  assert.deepEqual(body['context'], { name: hostile });
  assert.equal(words[words.indexOf('-u') + 1], "o'neil");
  assert.equal(words.at(-2), 'http://127.0.0.1:9080/vgw/outboundCalls/sip%3Aa%20b%40example.net/startOutboundCall');
});

test('neither text holds a password', () => {
  for (const text of [printCurl(request), printClientCode(request)]) assert.ok(!text.includes('canary'));
});

test('the code holds what was typed, and no login where none is asked for', () => {
  assert.match(printClientCode(request), /username: 'o\\'neil'/);
  assert.ok(!printClientCode({ ...request, username: undefined }).includes('username'));
  assert.ok(!printCurl({ ...request, username: undefined }).includes('-u '));
});
