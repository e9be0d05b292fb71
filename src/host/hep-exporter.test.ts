import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { test } from 'node:test';
import { openHepExporter } from './hep-exporter.ts';

const message = {
  wallMs: 1_700_000_000_123,
  transport: 'udp',
  source: { host: '192.0.2.1', port: 5060 },
  destination: { host: '192.0.2.2', port: 5080 },
  text: 'BYE sip:a@b SIP/2.0\r\n\r\n',
} as const;

async function outcomesOf(host: string, port: number, count: number): Promise<string[]> {
  const outcomes: string[] = [];
  await new Promise<void>((resolve) => {
    const exporter = openHepExporter(
      {
        collector: { host, port },
        captureId: 1,
        onOutcome: (outcome) => {
          outcomes.push(outcome);
          if (outcomes.length < count) return;
          exporter.close();
          resolve();
        },
      },
      () => 0,
    );
    for (let sent = 0; sent < count; sent += 1) exporter.show(message, 'call-1');
  });
  return outcomes;
}

test('messages arrive at the collector, in order, by address and by name', async () => {
  const received: Buffer[] = [];
  const collector = createSocket('udp4');
  await new Promise<void>((resolve) => {
    collector.bind(0, '127.0.0.1', resolve);
  });
  const { port } = collector.address();
  const isThere = new Promise<void>((resolve) => {
    collector.on('message', (packet) => {
      received.push(packet);
      if (received.length === 3) resolve();
    });
  });
  assert.deepEqual(await outcomesOf('127.0.0.1', port, 3), ['sent', 'sent', 'sent']);
  await isThere;
  collector.close();
  assert.ok(received.every((packet) => packet.subarray(0, 4).toString() === 'HEP3' && packet.includes('BYE sip:a@b')));
});

test('a collector whose name has no address loses every packet, and says so', async () => {
  assert.deepEqual(await outcomesOf('collector.invalid', 9060, 3), ['lost', 'lost', 'lost']);
});

test('no more than 1,000 packets wait; the rest is lost at once', async () => {
  const outcomes = await outcomesOf('collector.invalid', 9060, 1005);
  assert.equal(outcomes.length, 1005);
  assert.deepEqual(new Set(outcomes), new Set(['lost']));
  const sent = await outcomesOf('127.0.0.1', 9, 1005);
  assert.ok(sent.filter((outcome) => outcome === 'lost').length >= 5, 'what came too late is lost');
});
