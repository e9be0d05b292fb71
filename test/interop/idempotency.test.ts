import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { after, before, describe, it } from 'node:test';
import { createOutdialClient, OutdialProblem } from '../../src/client/index.ts';
import { skipWithout } from './programs.ts';
import { type RealGateway, startRealGateway } from './real-gateway.ts';
import { runSipp, step } from './sipp.ts';

const peer = { port: 25_070, mediaPort: 26_070 };
const requests = 1000;
/** A second INVITE would be repeated meanwhile, after 0.5, 1.5 and 3.5 s (RFC 3261 §17.1.1.2). */
const listensMs = 4000;

describe('one Idempotency-Key', { skip: skipWithout('sipp') }, () => {
  let gateway: RealGateway;
  before(async () => {
    gateway = await startRealGateway();
  });
  after(() => gateway.close());

  it('a thousand requests at the same time: SIPp sees one INVITE', async () => {
    const sipp = await runSipp({
      ...peer,
      steps: [step.receive('INVITE'), step.trying, step.reject('486 Busy Here'), step.receive('ACK')],
    });
    const client = createOutdialClient({ baseUrl: gateway.url, tenantId: 'any', ...gateway.credentials });
    const sessions = new Set<string>();
    let refused = 0;
    const ask = async (): Promise<void> => {
      try {
        const body = { to: `sip:callee@127.0.0.1:${peer.port}` };
        sessions.add((await client.createCall({ body, idempotencyKey: 'one-call' })).vgwSessionID);
      } catch (fault) {
        assert.ok(fault instanceof OutdialProblem, String(fault));
        assert.equal(fault.code, 'idempotency.in-flight');
        refused += 1;
      }
    };
    await Promise.all(Array.from({ length: requests }, ask));
    assert.equal(sessions.size, 1);
    assert.ok(refused < requests);
    await sipp.done;
    const socket = createSocket('udp4');
    const late: string[] = [];
    socket.on('message', (bytes) => late.push(bytes.toString('latin1').split('\r\n')[0] ?? ''));
    socket.bind(peer.port, '127.0.0.1');
    await new Promise((resolve) => {
      setTimeout(resolve, listensMs);
    });
    socket.close();
    assert.deepEqual(
      late.filter((line) => line.startsWith('INVITE')),
      [],
    );
    const { calls } = await client.listCalls({});
    assert.deepEqual(
      calls.map(({ vgwSessionID, callState }) => [sessions.has(vgwSessionID), callState]),
      [[true, 'failed']],
    );
  });
});
