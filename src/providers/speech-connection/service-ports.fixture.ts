/** Ports on which nothing can be reached: a test gives what its engine needs. */
import assert from 'node:assert/strict';
import type { SpeechServicePorts } from './service-ports.ts';

const fail = (): never => assert.fail('not to be asked for');

export const noPorts: SpeechServicePorts = {
  nowMs: () => 0,
  wallMs: () => 0,
  after: fail,
  newAbort: () => new AbortController(),
  openWebSocket: { operator: fail, request: fail },
  postStream: { operator: fail, request: fail },
  authorizationBy: fail,
};
