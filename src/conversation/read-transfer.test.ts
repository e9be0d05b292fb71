import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../kit/index.ts';
import { readCallVariables, readMessageResponse, type TransferOrder, type TurnReply } from './index.ts';

function read(output: JsonObject, context: JsonObject = {}): TurnReply {
  const result = readMessageResponse({ output, context }, {});
  assert.ok(result.ok);
  return result.value;
}

const transfer = (parameters: JsonObject, text: readonly string[] = []): TurnReply =>
  read({ text, vgwAction: { command: 'vgwActTransfer', parameters } });
const target = 'sip:agent@example.net';
const usual = { method: 'refer', target, acceptedCodes: [] } as const;

describe('vgwActTransfer, each parameter of §6.2 by its row', () => {
  const rows: readonly (readonly [parameters: JsonObject, order: TransferOrder, problem?: RegExp])[] = [
    [{ transferTarget: target }, usual],
    [{ transferTarget: 'sip:agent\\@example.net' }, usual],
    [{}, { method: 'refer', acceptedCodes: [] }],
    [{ transferTarget: target, transferMethod: 'REFER' }, usual],
    [
      { transferTarget: target, transferMethod: 'hangup' },
      { ...usual, method: 'hang-up' },
    ],
    [
      { transferTarget: target, transferMethod: 'attended' },
      { ...usual, isAttended: true },
    ],
    [
      { transferTarget: target, transferHeader: 'X-A', transferHeaderVal: 7, transferHeaders: { 'X-B': 'b' } },
      {
        ...usual,
        headers: [
          { name: 'X-A', value: '7' },
          { name: 'X-B', value: 'b' },
        ],
      },
    ],
    [{ transferTarget: target, transferHeader: 'X A', transferHeaderVal: 'a' }, usual, /no header name/],
    [{ transferTarget: target, transferHeader: 'X-A' }, usual, /its value is no text/],
    [{ transferTarget: target, transferHeaders: { 'X-A': 'a'.repeat(1025) } }, usual, /at most 1024 bytes/],
    [{ transferTarget: target, transferHeaders: ['X-A'] }, usual, /no object of headers/],
    [
      { transferTarget: target, transferTargetHeader: 'X-To' },
      { ...usual, targetHeader: 'X-To' },
    ],
    [{ transferTarget: target, transferTargetHeader: 'X To' }, usual, /transferTargetHeader was left out/],
    [
      { transferTarget: target, uuiData: 'ab;encoding=hex' },
      { ...usual, userToUser: { value: 'ab;encoding=hex', place: 'user-to-user' } },
    ],
    [
      { transferTarget: target, uuiData: 'ab', uuiSendMethod: 'contactHeader' },
      { ...usual, userToUser: { value: 'ab', place: 'contact' } },
    ],
    [
      { transferTarget: target, uuiData: 'ab', uuiSendMethod: 'referToURL' },
      { ...usual, userToUser: { value: 'ab', place: 'refer-to' } },
    ],
    [
      { transferTarget: target, uuiData: 'ab', uuiSendMethod: 'pigeon' },
      { ...usual, userToUser: { value: 'ab', place: 'user-to-user' } },
      /uuiSendMethod is not/,
    ],
    [{ transferTarget: target, uuiData: 'x'.repeat(1025) }, usual, /uuiData was left out/],
    [
      { transferTarget: target, acceptTransferRejectCodes: '486, 603' },
      { ...usual, acceptedCodes: [486, 603] },
    ],
    [
      { transferTarget: target, acceptTransferRejectCodes: [486, '603'] },
      { ...usual, acceptedCodes: [486, 603] },
    ],
    [{ transferTarget: target, acceptTransferRejectCodes: '200,486,x' }, { ...usual, acceptedCodes: [486] }, /no SIP/],
  ];
  for (const [parameters, order, problem] of rows) {
    test(JSON.stringify(parameters).slice(0, 100), () => {
      const reply = transfer(parameters);
      assert.deepEqual(reply.steps, [{ type: 'transfer', order }]);
      if (problem === undefined) assert.deepEqual(reply.problems, []);
      else assert.match(reply.problems.join(), problem);
    });
  }

  for (const parameters of [
    { transferMethod: 'PIGEON' },
    { transferTarget: 7 },
    { transferTarget: 'x'.repeat(2000) },
  ]) {
    test(`it is skipped, and the text is said: ${JSON.stringify(parameters).slice(0, 60)}`, () => {
      const reply = transfer(parameters, ['Still said.']);
      assert.deepEqual(reply.steps, [{ type: 'say', text: 'Still said.' }]);
      assert.match(reply.problems.join(), /vgwActTransfer was skipped/);
    });
  }
});

test('§6.1: the text comes first, and nothing follows a transfer', () => {
  assert.deepEqual(
    transfer({}, ['One moment.']).steps.map(({ type }) => type),
    ['say', 'transfer'],
  );
  const play = { command: 'vgwActPlayText', parameters: { text: 'Too late.' } };
  const reply = read({ vgwActionSequence: [{ command: 'vgwActTransfer' }, play] });
  assert.deepEqual(
    reply.steps.map(({ type }) => type),
    ['transfer'],
  );
  assert.match(reply.problems.join(), /after vgwActTransfer were ignored/);
});

test('many headers are cut', () => {
  const names = Array.from({ length: 100 }, (_, index) => [`X-${index}`, 'x']);
  const [step] = transfer({ transferHeaders: Object.fromEntries(names) }).steps;
  assert.ok(step?.type === 'transfer');
  assert.equal(step.order.headers?.length, 20);
});

test('§5.4: the state variables of transfers', () => {
  const { variables, problems } = readCallVariables(
    {
      vgwTransferTarget: 'sip:a\\@b',
      vgwTransferHeader: 'X-A',
      vgwTransferHeaderVal: 'a',
      vgwTransferTargetHeader: 'X-To',
      vgwDisconnectCallOnTransferFailure: 'No',
      vgwTransferFailedMessage: 'Nobody.',
      vgwByeCustomHeader: 'X-Bye',
      vgwByeCustomHeaderVal: 'b',
    },
    {},
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(variables, {
    transferTarget: 'sip:a@b',
    transferHeader: { name: 'X-A', value: 'a' },
    transferTargetHeader: 'X-To',
    isEndedByTransferFailure: false,
    transferFailedMessage: 'Nobody.',
    byeHeader: { name: 'X-Bye', value: 'b' },
  });
});

test('a bad one is said once, not each time the context comes round', () => {
  const context = { vgwByeCustomHeader: 'X Bye', vgwDisconnectCallOnTransferFailure: 'maybe' };
  assert.equal(readCallVariables(context, {}).problems.length, 2);
  assert.deepEqual(readCallVariables(context, context).problems, []);
});
