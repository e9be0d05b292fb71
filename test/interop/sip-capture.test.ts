import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { startKamailio } from './kamailio.ts';
import { skipWithout } from './programs.ts';
import { type CallOutcome, type RealGateway, startRealGateway } from './real-gateway.ts';
import { ringAndAnswer, runSipp } from './sipp.ts';

const hangUp = { vgwAction: { command: 'vgwActHangup' } };
const peer = { port: 25_060, mediaPort: 26_000 };

/** A call that SIPp answers and the bot ends. */
async function answeredCall(gateway: RealGateway): Promise<CallOutcome> {
  const sipp = await runSipp({
    ...peer,
    steps: ringAndAnswer,
  });
  const call = await gateway.call(`sip:callee@127.0.0.1:${peer.port}`, () => hangUp);
  await sipp.done;
  return call;
}

describe('SIP traces in the hands of others', { skip: skipWithout('sipp') }, () => {
  it(
    'the capture file of a call is read by tshark: INVITE, 100, 180, 200, ACK, BYE, 200, at their times',
    {
      skip: skipWithout('tshark'),
    },
    async () => {
      const gateway = await startRealGateway();
      const folder = await mkdtemp(join(tmpdir(), 'outdial-trace-'));
      try {
        const { sessionId } = await answeredCall(gateway);
        const { username, password } = gateway.credentials;
        const response = await fetch(`${gateway.url}/v1/tenants/any/calls/${sessionId}/sip-trace.pcap`, {
          headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
        });
        assert.equal(response.status, 200);
        const file = join(folder, 'call.pcap');
        await writeFile(file, new Uint8Array(await response.arrayBuffer()));
        const fields = ['sip.Method', 'sip.Status-Code', 'udp.dstport', 'sip.Call-ID', 'frame.time_epoch'];
        const checks = ['ip.check_checksum:TRUE', 'udp.check_checksum:TRUE'].flatMap((option) => ['-o', option]);
        const { stdout } = await promisify(execFile)(
          'tshark',
          ['-r', file, ...checks, '-Y', 'sip && !_ws.malformed && udp.checksum.status == "Good"'].concat(
            ['-T', 'fields'],
            fields.flatMap((field) => ['-e', field]),
          ),
          { timeout: 60_000 },
        );
        const rows = stdout
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => line.split('\t'));
        const steps = rows.map(([method, status]) => (method === '' ? status : method));
        assert.deepEqual(steps, ['INVITE', '100', '180', '200', 'ACK', 'BYE', '200']);
        assert.ok(rows.every(([, , , callId]) => callId === sessionId));
        const isToPeer = rows.map(([, , port]) => port === String(peer.port));
        assert.deepEqual(isToPeer, [true, false, false, false, true, true, false]);
        const times = rows.map(([, , , , at]) => Number(at));
        assert.deepEqual(
          times,
          times.toSorted((a, b) => a - b),
        );
        assert.ok(Math.abs((times[0] ?? 0) * 1000 - Date.now()) < 60_000);
      } finally {
        await gateway.close();
        await rm(folder, { recursive: true, force: true });
      }
    },
  );

  it(
    'kamailio as capture server decodes HEPv3: every message of the call with its source',
    {
      skip: skipWithout('kamailio'),
    },
    async () => {
      const port = 25_090;
      const collector = await startKamailio([], { config: 'hep-collector.cfg', port });
      const gateway = await startRealGateway({
        OUTDIAL_HEP_COLLECTOR: `127.0.0.1:${port}`,
        OUTDIAL_HEP_PASSWORD: 'hep-secret',
        OUTDIAL_SIP_TRACE: 'false',
      });
      try {
        const { sessionId } = await answeredCall(gateway);
        const captured = (): string[][] =>
          [...collector.words().matchAll(/captured (\w+) (\S+) (\S+)/g)].map((found) => found.slice(1));
        for (let wait = 0; wait < 50 && captured().length < 7; wait += 1) {
          await new Promise((resolve) => {
            setTimeout(resolve, 100);
          });
        }
        assert.deepEqual(
          captured().map(([what]) => what),
          ['INVITE', '100', '180', '200', 'ACK', 'BYE', '200'],
        );
        assert.ok(captured().every(([, callId]) => callId === sessionId));
        const isFromPeer = captured().map(([, , source]) => source === `127.0.0.1:${peer.port}`);
        assert.deepEqual(isFromPeer, [false, true, true, true, false, false, true]);
        const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
        assert.match(metrics, /^outdial_hep_packets_total\{outcome="sent"\} 7$/m);
      } finally {
        await gateway.close();
        await collector.close();
      }
    },
  );
});
