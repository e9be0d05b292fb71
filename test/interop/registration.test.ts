import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { describe, it } from 'node:test';
import { kamailioPort, startKamailio } from './kamailio.ts';
import { skipWithout } from './programs.ts';
import { type RealGateway, startRealGateway } from './real-gateway.ts';
import { runSipp, step } from './sipp.ts';

const account = { OUTBOUND_CALLS_SIP_AUTH_USERNAME: 'alice', OUTBOUND_CALLS_SIP_AUTH_PASSWORD: 'secret' };
const peer = { port: 25_060, mediaPort: 26_000 };

/** Asks until the gateway says that it is registered, or is not; gives up after 10 s. */
async function whenRegistered(gateway: RealGateway, wanted: 0 | 1): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    if (new RegExp(`^outdial_sip_registered\\{.*\\} ${wanted}$`, 'm').test(text)) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  throw new Error(`the registration is not ${wanted} within 10 s`);
}

/** The status that an OPTIONS for this user comes back with through the registrar. */
async function askThrough(user: string): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((bound) => {
    socket.bind(0, '127.0.0.1', bound);
  });
  const { port } = socket.address();
  const text = [
    `OPTIONS sip:${user}@127.0.0.1:${kamailioPort} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK${user}${port}`,
    'Max-Forwards: 5',
    'From: <sip:test@127.0.0.1>;tag=1',
    `To: <sip:${user}@127.0.0.1>`,
    `Call-ID: ask-${port}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
  ].join('\r\n');
  try {
    return await new Promise<number>((tell, fail) => {
      socket.on('message', (bytes) => {
        const status = Number(/^SIP\/2\.0 (\d{3})/.exec(bytes.toString())?.[1]);
        if (status >= 200) tell(status);
      });
      setTimeout(fail, 10_000, new Error('no answer through the registrar')).unref();
      socket.send(`${text}\r\n\r\n`, kamailioPort, '127.0.0.1');
    });
  } finally {
    socket.close();
  }
}

describe('SIPp as a registrar', { skip: skipWithout('sipp') }, () => {
  it('RFC 3261 §10.2.8, §22.2: 423, then 401, then 200; the stop takes the binding away', async () => {
    const sipp = await runSipp({
      ...peer,
      steps: [
        step.receiveWith('REGISTER', 'Expires', ['^ *120']),
        step.answerWith('423 Interval Too Brief', ['Min-Expires: 1800']),
        step.receiveWith('REGISTER', 'Expires', ['^ *1800']),
        step.answerWith('401 Unauthorized', [
          'WWW-Authenticate: Digest realm="trunk.test", nonce="n0", algorithm=MD5, qop="auth"',
        ]),
        step.receiveVerified('REGISTER', 'alice', 'secret'),
        step.answerWith('200 OK', ['[last_Contact:];expires=1700']),
        step.receiveWith('REGISTER', 'Expires', ['^ *0']),
        step.answerWith('200 OK', []),
      ],
    });
    const gateway = await startRealGateway({
      ...account,
      OUTDIAL_REGISTRAR: `sip:127.0.0.1:${peer.port}`,
      OUTDIAL_REGISTRATION_EXPIRES: '120',
    });
    try {
      await whenRegistered(gateway, 1);
    } finally {
      await gateway.close();
    }
    await sipp.done;
  });
});

const skipTrunk = skipWithout('kamailio') === false ? skipWithout('sipp') : skipWithout('kamailio');

describe('kamailio as the registrar', { skip: skipTrunk }, () => {
  for (const [algorithm, defines] of [
    ['MD5', []],
    ['SHA-256', ['WITH_SHA256']],
  ] as const) {
    it(`RFC 3261 §10, RFC 3608: registered by ${algorithm}; reached through it, and calls go its way`, async () => {
      const registrar = await startKamailio(defines);
      try {
        const gateway = await startRealGateway({
          ...account,
          OUTDIAL_REGISTRAR: `sip:127.0.0.1:${kamailioPort}`,
          // Under its least: it wants 60 s.
          OUTDIAL_REGISTRATION_EXPIRES: '30',
          POST_RESPONSE_TIMEOUT: '300',
        });
        try {
          await whenRegistered(gateway, 1);
          assert.equal(await askThrough('alice'), 200);
          assert.equal(await askThrough('nobody'), 404);
          // No trunk is configured: the Service-Route leads to kamailio, which adds itself and asks for credentials.
          const sipp = await runSipp({
            ...peer,
            steps: [
              step.receiveWith('INVITE', 'Record-Route', [`sip:127.0.0.1:${kamailioPort}`]),
              step.trying,
              step.answer,
              step.receive('ACK'),
              step.receive('BYE'),
              step.ok,
            ],
          });
          const call = await gateway.call('sip:callee@127.0.0.1:25060', ({ text }) =>
            text === 'vgwPostResponseTimeout' ? { vgwAction: { command: 'vgwActHangup' } } : {},
          );
          await sipp.done;
          assert.deepEqual(call.states, ['started', 'active', 'ended']);
        } finally {
          await gateway.close();
        }
        assert.equal(await askThrough('alice'), 404, 'the stop has taken the binding away');
      } finally {
        await registrar.close();
      }
    });
  }
});
