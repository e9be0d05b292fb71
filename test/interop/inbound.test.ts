import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { recordingsIn, startBaresip } from './baresip.ts';
import { startKamailio, kamailioPort } from './kamailio.ts';
import { skipWithout } from './programs.ts';
import { type BotReply, type BotTurn, type RealGateway, startRealGateway } from './real-gateway.ts';
import { runSipp } from './sipp.ts';
import { appointment, withSpokenCall } from './spoken-call.ts';

const sdp = `v=0
o=sipp 1 1 IN IP4 [media_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000`;

const from = 'From: <sip:+390651234@[local_ip]:[local_port]>;tag=[pid]C[call_number]';
const to = 'To: <sip:+390612340001@[remote_ip]:[remote_port]>';
const via = (branch = '[branch]'): string => `Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=${branch}`;

/** A request of the caller; `isInside` once the dialog is known from the 2xx. */
function request(method: string, cseq: number, options: { headers?: string[]; branch?: string; body?: string } = {}) {
  const { headers = [], branch, body = '' } = options;
  const isInside = method === 'BYE' || (method === 'ACK' && branch === undefined);
  const uri = isInside ? '[next_url]' : 'sip:+390612340001@[remote_ip]:[remote_port]';
  const lines = [
    `${method} ${uri} SIP/2.0`,
    via(branch),
    ...(isInside ? ['[routes]'] : []),
    from,
    method === 'INVITE' || method === 'CANCEL' ? to : `${to}[peer_tag_param]`,
    'Call-ID: [call_id]',
    `CSeq: ${cseq} ${method}`,
    'Max-Forwards: 70',
    ...(method === 'INVITE' ? ['Contact: <sip:caller@[local_ip]:[local_port];transport=[transport]>'] : []),
    ...headers,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${body === '' ? '0' : '[len]'}`,
    '',
    body,
  ];
  const isRepeated = method !== 'ACK';
  return `<send${isRepeated ? ' retrans="500"' : ''}><![CDATA[\n${lines.join('\n')}\n]]></send>`;
}

const invite = (cseq: number, headers: string[] = [], body = sdp): string => request('INVITE', cseq, { headers, body });
const receive = (status: number, more = ''): string => `<recv response="${status}" ${more}/>`;
const optional = (status: number): string => receive(status, 'optional="true"');
const answered = [optional(100), optional(180), receive(200, 'rrs="true"')];
const pause = (ms: number): string => `<pause milliseconds="${ms}"/>`;

/** Greets, and hangs up after a while of silence. */
const greet = ({ text }: BotTurn): BotReply => {
  if (text === '') return { text: 'Hello.' };
  return text === 'vgwPostResponseTimeout' ? { vgwAction: { command: 'vgwActHangup' } } : {};
};

const caller = { port: 25_065, mediaPort: 26_010, timeoutS: 60 };
const takesCalls = { OUTDIAL_INBOUND_CALLS: 'true', POST_RESPONSE_TIMEOUT: '300' };

describe('SIPp as caller', { skip: skipWithout('sipp') }, () => {
  let gateway: RealGateway;
  before(async () => {
    gateway = await startRealGateway(takesCalls);
  });
  after(async () => {
    await gateway.close();
  });
  const target = (): string => `127.0.0.1:${gateway.sipPort}`;

  it('RFC 3665 §3.1: rings, is answered, hangs up; the record is one of an inbound call', async () => {
    const taken = gateway.take(() => ({ text: 'Hello.' }));
    const steps = [
      invite(1),
      receive(100),
      receive(180),
      receive(200, 'rrs="true"'),
      request('ACK', 1),
      pause(1500),
      request('BYE', 2),
      receive(200),
    ];
    const sipp = await runSipp({ ...caller, target: target(), steps });
    await sipp.done;
    const { states, record, sessionId } = await taken;
    assert.deepEqual(states, ['started', 'ringing', 'active', 'ended']);
    assert.equal(record.outboundCall, false);
    assert.equal(record.endCode, 'completed.caller');
    assert.match(sessionId, /^1-\d+@127\.0\.0\.1$/);
    assert.match(record.from, /^sip:\+390651234@/);
    assert.match(record.to, /^sip:\+390612340001@/);
    assert.ok((record.rtpNetworkSummary?.packetsSent ?? 0) > 50);
  });

  it('RFC 3261 §15.1.1: the bot hangs up', async () => {
    const taken = gateway.take(greet);
    const steps = [
      invite(1),
      ...answered,
      request('ACK', 1),
      '<recv request="BYE"/>',
      '<send><![CDATA[\nSIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\nContent-Length: 0\n\n]]></send>',
    ];
    const sipp = await runSipp({ ...caller, target: target(), steps });
    await sipp.done;
    assert.equal((await taken).record.endCode, 'completed.bot');
  });

  it('RFC 3261 §9.2: CANCEL before the answer is answered 200, and the INVITE 487', async () => {
    // The caller gives up while the bot still thinks.
    const taken = gateway.take(({ text }) => {
      if (text === '') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 800);
      return { text: 'Too late.' };
    });
    const steps = [
      invite(1),
      receive(100),
      receive(180),
      request('CANCEL', 1, { branch: '[branch-3]' }),
      receive(200),
      receive(487),
      request('ACK', 1, { branch: '[branch-6]' }),
    ];
    const sipp = await runSipp({ ...caller, target: target(), steps });
    await sipp.done;
    const { states, record } = await taken;
    assert.equal(states.at(-1), 'failed');
    assert.equal(record.endCode, 'call.cancelled');
    assert.equal(record.endedBy, 'caller');
    assert.equal(record.sipStatus, 487);
  });

  it('RFC 3261 §13.3.1.4: without ACK the 200 is repeated, and after 32 s a BYE ends the call', async () => {
    const taken = gateway.take(({ text }) => (text === '' ? { text: 'Hello.' } : {}));
    const steps = [
      invite(1),
      ...answered,
      // SIPp knows the repetitions for what they are.
      '<recv request="BYE" timeout="40000"/>',
      '<send><![CDATA[\nSIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\nContent-Length: 0\n\n]]></send>',
    ];
    const sipp = await runSipp({ ...caller, target: target(), steps });
    await sipp.done;
    assert.equal((await taken).record.endCode, 'sip.no-ack');
  });

  it('RFC 3261 §13.2.1: an INVITE without an offer gets one in the 200, and its answer with the ACK', async () => {
    const taken = gateway.take(() => ({ text: 'Hello.' }));
    const steps = [
      invite(1, [], ''),
      optional(100),
      optional(180),
      '<recv response="200" rrs="true"><action><ereg regexp="m=audio [0-9]+ RTP/AVP 0 8" search_in="body" assign_to="offer" check_it="true"/></action></recv>',
      request('ACK', 1, { body: sdp }),
      pause(1500),
      request('BYE', 2),
      receive(200),
    ];
    const sipp = await runSipp({ ...caller, target: target(), steps });
    await sipp.done;
    const { record } = await taken;
    assert.equal(record.endCode, 'completed.caller');
    assert.ok((record.rtpNetworkSummary?.packetsSent ?? 0) > 25);
  });

  it('RFC 3261 §8.2: Require, methods and OPTIONS are answered as the section has it', async () => {
    const refused = (status: number, header: string): string =>
      `<recv response="${status}"><action><ereg regexp=".+" search_in="hdr" header="${header}:" assign_to="header_${header.toLowerCase()}" check_it="true"/></action></recv>`;
    const steps = [
      request('OPTIONS', 1),
      refused(200, 'Allow'),
      invite(2, ['Require: nothing-known']),
      optional(100),
      refused(420, 'Unsupported'),
      request('ACK', 2, { branch: '[branch-3]' }),
    ];
    const sipp = await runSipp({ ...caller, target: target(), steps });
    await sipp.done;
  });
});

describe('SIPp as caller of a gateway that asks for a password', { skip: skipWithout('sipp') }, () => {
  let gateway: RealGateway;
  const account = { username: 'apikey', password: 'inbound-pw' };
  before(async () => {
    gateway = await startRealGateway({
      ...takesCalls,
      OUTDIAL_SIP_AUTH_USERNAME: account.username,
      OUTDIAL_SIP_AUTH_PASSWORD: account.password,
      // SIPp 3.6 reads the first challenge, and knows MD5 alone.
      OUTDIAL_SIP_AUTH_ALGORITHMS: 'MD5',
    });
  });
  after(async () => {
    await gateway.close();
  });
  const challenged = '<recv response="401" auth="true"/>';

  it('RFC 3261 §22.2: MD5 with the right password is let in', async () => {
    const taken = gateway.take(() => ({ text: 'Hello.' }));
    const steps = [
      invite(1),
      challenged,
      request('ACK', 1, { branch: '[branch-2]' }),
      invite(2, ['[authentication]']),
      ...answered,
      request('ACK', 2),
      pause(500),
      request('BYE', 3),
      receive(200),
    ];
    const sipp = await runSipp({ ...caller, target: `127.0.0.1:${gateway.sipPort}`, steps, credentials: account });
    await sipp.done;
    const { record } = await taken;
    assert.equal(record.endCode, 'completed.caller');
    assert.equal(record.outboundCall, false);
  });

  it('RFC 3261 §22.2: a wrong password is challenged again', async () => {
    const turnsBefore = gateway.turns.filter(({ text }) => text === '').length;
    const steps = [
      invite(1),
      challenged,
      request('ACK', 1, { branch: '[branch-2]' }),
      invite(2, ['[authentication]']),
      receive(401),
      request('ACK', 2, { branch: '[branch-2]' }),
    ];
    const credentials = { ...account, password: 'wrong' };
    const sipp = await runSipp({ ...caller, target: `127.0.0.1:${gateway.sipPort}`, steps, credentials });
    await sipp.done;
    assert.equal(gateway.turns.filter(({ text }) => text === '').length, turnsBefore);
  });
});

describe('kamailio leads a call to the gateway', { skip: skipWithout('sipp') || skipWithout('kamailio') }, () => {
  it('RFC 3261 §16.12: the route set of Record-Route holds for ACK and BYE of either side', async () => {
    const gateway = await startRealGateway({ ...takesCalls, SIP_PORT: '25090' });
    const kamailio = await startKamailio(['WITH_INBOUND']);
    try {
      const taken = gateway.take(greet);
      const steps = [
        invite(1),
        optional(100),
        optional(180),
        '<recv response="200" rrs="true"><action><ereg regexp="127.0.0.1:?[0-9]*;.*lr" search_in="hdr" header="Record-Route:" assign_to="route" check_it="true"/></action></recv>',
        request('ACK', 1),
        '<recv request="BYE"/>',
        '<send><![CDATA[\nSIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\nContent-Length: 0\n\n]]></send>',
      ];
      const sipp = await runSipp({ ...caller, target: `127.0.0.1:${kamailioPort}`, steps });
      await sipp.done;
      assert.equal((await taken).record.endCode, 'completed.bot');
      const again = gateway.take(() => ({ text: 'Hello.' }));
      const second = await runSipp({
        ...caller,
        target: `127.0.0.1:${kamailioPort}`,
        steps: [invite(1), ...answered, request('ACK', 1), pause(500), request('BYE', 2), receive(200)],
      });
      await second.done;
      assert.equal((await again).record.endCode, 'completed.caller');
    } finally {
      await kamailio.close();
      await gateway.close();
    }
  });
});

describe('baresip as caller', { skip: skipWithout('baresip') }, () => {
  it('words are understood both ways', async () => {
    const environment = { OUTDIAL_INBOUND_CALLS: 'true' };
    await withSpokenCall(appointment, environment, async ({ gateway, folder, answer, checkHeard, checkRecorded }) => {
      const taken = gateway.take(answer);
      const baresip = await startBaresip(folder, 25_070, 25_555);
      let record;
      try {
        await baresip.command('dial', `sip:clinic@127.0.0.1:${gateway.sipPort}`);
        ({ record } = await taken);
      } finally {
        await baresip.close();
      }
      checkHeard(record, baresip.output());
      assert.equal(record.outboundCall, false);
      const [recording] = await recordingsIn(folder);
      await checkRecorded(recording, baresip.output());
    });
  });
});
