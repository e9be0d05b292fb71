/** Actions that reach the far end, judged by programs of others: keys by tshark, INFO by SIPp. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { captureUdp } from './pcap.ts';
import { skipWithout } from './programs.ts';
import { type RealGateway, startRealGateway } from './real-gateway.ts';
import { runSipp, step } from './sipp.ts';

const to = 'sip:callee@127.0.0.1:25090';
const peer = { port: 25_090, mediaPort: 26_100 };
const capturePort = 26_200;
const hangUp = { vgwAction: { command: 'vgwActHangup' } };

describe('actions that reach the far end', { skip: skipWithout('sipp') || skipWithout('tshark') }, () => {
  let gateway: RealGateway;
  before(async () => {
    gateway = await startRealGateway({ POST_RESPONSE_TIMEOUT: '500' });
  });
  after(async () => {
    await gateway.close();
  });

  it('vgwActSendDTMF: tshark reads the keys, their lengths and levels, and three ends of each', async () => {
    const capture = await captureUdp(capturePort);
    try {
      const sipp = await runSipp({
        ...peer,
        steps: [
          step.receive('INVITE'),
          step.ringing,
          step.answerFor(capturePort),
          step.receive('ACK'),
          step.receive('BYE'),
          step.ok,
        ],
      });
      const dtmfDigits = [
        { code: 1 },
        { code: 10, duration: 100, volume: -20 },
        { code: 11 },
        { code: 15, duration: 40 },
      ];
      const call = await gateway.call(to, ({ text }) =>
        text === 'vgwPostResponseTimeout'
          ? hangUp
          : { text: '', vgwAction: { command: 'vgwActSendDTMF', parameters: { dtmfDigits, sendInterval: 100 } } },
      );
      await sipp.done;
      assert.equal(call.record.endCode, 'completed.bot');
      const rows = await capture.read(
        'rtpevent',
        [
          'rtpevent.event_id',
          'rtpevent.end_of_event',
          'rtpevent.volume',
          'rtpevent.duration',
          'rtp.timestamp',
          'rtp.marker',
        ],
        ['-d', `udp.port==${capturePort},rtp`, '-d', 'rtp.pt==101,rtpevent'],
      );
      const isTrue = (field: string | undefined): boolean => field === '1' || field === 'True';
      const presses = [...new Set(rows.map((row) => row[4]))].map((timestamp) => {
        const packets = rows.filter((row) => row[4] === timestamp);
        const ends = packets.filter((row) => isTrue(row[1]));
        assert.equal(ends.length, 3);
        assert.deepEqual(
          packets.map((row) => isTrue(row[5])),
          packets.map((_, index) => index === 0),
        );
        return [packets[0]?.[0], packets[0]?.[2], ends[0]?.[3]];
      });
      assert.deepEqual(presses, [
        ['1', '0', '1600'],
        ['10', '20', '800'],
        ['11', '0', '1600'],
        ['15', '0', '320'],
      ]);
      // The stream is one: no number is missing or used twice, whatever the payload is.
      const all = await capture.read('rtp', ['rtp.seq', 'rtp.ssrc'], ['-d', `udp.port==${capturePort},rtp`]);
      const first = Number(all[0]?.[0]);
      assert.deepEqual(
        all.map(([seq]) => Number(seq)),
        all.map((_, index) => (first + index) & 0xffff),
      );
      assert.equal(new Set(all.map(([, ssrc]) => ssrc)).size, 1);
    } finally {
      await capture.close();
    }
  });

  for (const status of ['200 OK', '405 Method Not Allowed'] as const) {
    it(`vgwActSendSIPInfo: SIPp takes the INFO with its headers and body and answers ${status}; the call goes on`, async () => {
      const sipp = await runSipp({
        ...peer,
        steps: [
          step.receive('INVITE'),
          step.ringing,
          step.answer,
          step.receive('ACK'),
          step.receiveWith('INFO', 'X-Ticket', ['4711']),
          step.refuse(status),
          step.receive('BYE'),
          step.ok,
        ],
      });
      const parameters = { sipHeaders: { 'X-Ticket': '4711', 'Content-Type': 'text/plain' }, messageBody: 'hello' };
      const call = await gateway.call(to, ({ text }) =>
        text === 'vgwPostResponseTimeout'
          ? hangUp
          : { text: '', vgwAction: { command: 'vgwActSendSIPInfo', parameters } },
      );
      await sipp.done;
      assert.equal(call.record.endCode, 'completed.bot');
      const isRefused = call.record.warnings.some((warning) => warning.includes('the INFO was answered 405'));
      assert.equal(isRefused, status !== '200 OK');
    });
  }
});
