/** A whole call of a WebSocket client that nobody can connect to: a browser. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { WebSocket } from 'ws';
import { freePort } from '../../src/host/loopback-server.fixture.ts';
import { startRealGateway } from '../interop/real-gateway.ts';

const sdp = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 25169 RTP/AVP 0',
  'a=rtpmap:0 PCMU/8000',
  '',
].join('\r\n');

it(
  'RFC 7118 §5: a call from a WebSocket client: INVITE, ACK, and our BYE over the same WebSocket',
  { timeout: 60_000 },
  async () => {
    const port = await freePort();
    const gateway = await startRealGateway({ OUTDIAL_INBOUND_CALLS: 'true', OUTDIAL_SIP_WS_PORT: String(port) });
    const client = new WebSocket(`ws://127.0.0.1:${port}/`, 'sip');
    try {
      await new Promise((resolve, reject) => client.once('open', resolve).once('error', reject));
      const methods: string[] = [];
      const isEnded = new Promise<string>((resolve) => {
        client.on('message', (data: Buffer) => {
          const text = data.toString();
          methods.push(text.split('\r\n', 1)[0] ?? '');
          if (text.startsWith('SIP/2.0 200'))
            client.send(request('ACK', `;tag=${/;tag=(\w+)/.exec(lineOf('To', text))?.[1]}`));
          if (!text.startsWith('BYE ')) return;
          const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) => lineOf(name, text));
          client.send(['SIP/2.0 200 OK', ...copied, 'Content-Length: 0', '', ''].join('\r\n'));
          resolve(text);
        });
      });
      const outcome = gateway.take(() => ({ vgwAction: { command: 'vgwActHangup' } }));
      client.send(request('INVITE', ''));
      const bye = await isEnded;
      assert.match(bye, /^BYE sip:browser@df7jal23ls0d\.invalid;transport=ws SIP\/2\.0\r\nVia: SIP\/2\.0\/WS /);
      assert.ok(methods.some((line) => line.startsWith('SIP/2.0 200')));
      const { states, record } = await outcome;
      assert.deepEqual(states.at(-1), 'ended');
      assert.equal(record.endCode, 'completed.bot');
    } finally {
      client.terminate();
      await gateway.close();
    }
  },
);

function request(method: 'INVITE' | 'ACK', toTag: string): string {
  const body = method === 'INVITE' ? sdp : '';
  return [
    `${method} sip:+390612340001@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/WS df7jal23ls0d.invalid;branch=z9hG4bK${method}`,
    'Max-Forwards: 70',
    'From: <sip:+390651234@127.0.0.1>;tag=browser',
    `To: <sip:+390612340001@127.0.0.1>${toTag}`,
    'Call-ID: from-a-browser',
    `CSeq: 1 ${method}`,
    'Contact: <sip:browser@df7jal23ls0d.invalid;transport=ws>',
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    '',
    body,
  ].join('\r\n');
}

function lineOf(name: string, text: string): string {
  return text.split('\r\n').find((line) => line.startsWith(`${name}: `)) ?? assert.fail(`no ${name} in ${text}`);
}
