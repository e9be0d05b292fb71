import assert from 'node:assert/strict';
import { test } from 'node:test';
import { causeOfStatus, readReason, statusOfCause } from './release-cause.ts';

test('RFC 3398 §8.2.6.1: what each final response means to the telephone network', () => {
  const table: readonly (readonly [number, readonly number[]])[] = [
    [1, [404, 485, 604]],
    [17, [486, 600]],
    [18, [480]],
    [21, [401, 402, 403, 407, 603, 607, 608]],
    [22, [410]],
    [25, [482, 483]],
    [28, [484]],
    [31, [488, 606]],
    [38, [502]],
    [41, [400, 481, 500, 503]],
    [63, [405]],
    [79, [406, 415, 501]],
    [102, [408, 504]],
    [127, [413, 414, 416, 420, 421, 423, 505, 513]],
  ];
  for (const [cause, statuses] of table) {
    for (const status of statuses) assert.equal(causeOfStatus(status), cause, String(status));
  }
  for (const status of [200, 302, 487]) assert.equal(causeOfStatus(status), undefined, String(status));
});

test('RFC 3261 §8.1.3.2: a status that nobody knows is taken for the x00 of its class', () => {
  assert.deepEqual([causeOfStatus(499), causeOfStatus(599), causeOfStatus(699)], [41, 41, 21]);
});

test('RFC 3398 §7.2.4.1: the final response that each cause stands for', () => {
  const table: readonly (readonly [number, readonly number[]])[] = [
    [404, [1, 2, 3, 26]],
    [486, [17]],
    [408, [18]],
    [480, [19, 20, 31]],
    [403, [21, 55, 57, 87]],
    [410, [22, 23]],
    [502, [27]],
    [484, [28]],
    [501, [29, 79]],
    [503, [34, 38, 41, 42, 47, 58, 88]],
    [488, [65, 70]],
    [504, [102]],
    [500, [111, 127]],
  ];
  for (const [status, causes] of table) {
    for (const cause of causes) assert.equal(statusOfCause(cause), status, String(cause));
  }
  assert.equal(statusOfCause(16), undefined);
  assert.equal(statusOfCause(99), undefined);
});

test('RFC 3326 §2: Reason names causes by protocol, the first of each counts', () => {
  assert.deepEqual(readReason('Q.850;cause=16;text="Terminated"'), { q850: 16, text: 'Terminated' });
  assert.deepEqual(readReason('SIP ;cause=200 ;text="Call completed elsewhere", q.850; cause = 26'), {
    sip: 200,
    q850: 26,
    text: 'Call completed elsewhere',
  });
  assert.deepEqual(readReason('Q.850;cause=17, Q.850;cause=18'), { q850: 17 });
  assert.deepEqual(readReason('SIP;text="a \\"quoted\\" word, and more";cause=580'), {
    sip: 580,
    text: 'a "quoted" word, and more',
  });
  for (const nothing of [undefined, '', 'Q.850', 'Q.850;cause=', 'Q.850;cause=0', 'Q.850;cause=999', 'SIP;cause=17']) {
    assert.deepEqual(readReason(nothing), {}, nothing);
  }
});
