/** A whole gateway on real sockets, told what to do by the printed client while its events are followed. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createLog, startGateway } from '../../src/app/index.ts';
import { encodeWav } from '../../src/audio/index.ts';
import { startDemoPhone } from '../../src/cli/demo/demo-phone.ts';
import { type CallEvent, createOutdialClient, OutdialProblem } from '../../src/client/index.ts';
import { readSettings } from '../../src/config/index.ts';
import { fakeTextToSpeech } from '../../src/testing/index.ts';
import { listenOnLoopback } from '../../src/host/loopback-server.fixture.ts';

const speechModule = new URL('../../src/testing/fake-speech-engines.js', import.meta.url).href;

interface Turn {
  readonly text: string;
  readonly context: Readonly<Record<string, unknown>>;
}

async function serve(t: TestContext, answer: (body: string) => string | Uint8Array): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => response.end(answer(body)));
  });
  const listening = await listenOnLoopback(server);
  t.after(() => listening.close());
  return `http://${listening.host}/`;
}

/** A WAV file (PCM, 16 bit, 8 kHz) of what the fake voice says. */
async function wavOf(words: string): Promise<Uint8Array<ArrayBuffer>> {
  const silence = Array.from({ length: 8000 }, () => 0);
  const samples: number[] = [...silence];
  for await (const chunk of fakeTextToSpeech.synthesize(
    { text: words, sampleRateHz: 8000 },
    new AbortController().signal,
  )) {
    samples.push(...chunk);
  }
  samples.push(...silence);
  return encodeWav({ sampleRateHz: 8000, channelCount: 1, samples: Int16Array.from(samples) });
}

test(
  'a call is created, followed, told what to do and looked back at by the client',
  { timeout: 60_000 },
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'outdial-control-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const waiters: { readonly isDone: () => boolean; readonly resolve: () => void }[] = [];
    const look = (): void => {
      for (const { isDone, resolve } of waiters) if (isDone()) resolve();
    };
    const until = (isDone: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        waiters.push({ isDone, resolve });
        look();
      });
    const turns: Turn[] = [];
    const bot = await serve(t, (body) => {
      const { input, context } = JSON.parse(body) as { input: { text: string }; context: Turn['context'] };
      turns.push({ text: input.text, context });
      look();
      return JSON.stringify({ output: { text: [] }, context });
    });
    const wav = await wavOf('music');
    const audio = await serve(t, () => wav);
    const phone = await startDemoPhone(
      { ringMs: 50, lines: ['hello', 'yes please'], speaksFirst: true, hangsUp: false, patienceMs: 300 },
      { model: 'base', voice: 'slt' },
      look,
      speechModule,
    );
    t.after(() => phone.close());
    const read = readSettings({
      ENABLE_OUTBOUND_CALLS: 'true',
      REST_API_USERNAME: 'operator',
      REST_API_PASSWORD: 'pässword',
      HTTP_PORT: '0',
      SIP_PORT: '0',
      RTP_UDP_PORT_RANGE: '35000-35998',
      CLUSTER_WORKERS: '2',
      ENABLE_RECORDING: 'true',
      OUTDIAL_DATA_DIR: folder,
      WATSON_CONVERSATION_URL: bot,
      DISCONNECT_CALL_ON_TRANSFER_FAILURE: 'false',
      PUT_CALLER_ON_HOLD_ON_TRANSFER: 'false',
    });
    assert.ok(read.ok, JSON.stringify(read));
    const started = await startGateway({ settings: read.value.settings, log: createLog('silent'), speechModule });
    assert.ok(started.ok, JSON.stringify(started));
    const gateway = started.value;
    t.after(() => gateway.stop(0));
    const options = {
      baseUrl: gateway.httpUrl,
      tenantId: 'acme',
      username: 'operator',
      password: 'pässword',
      reconnectMs: 10,
    };
    const client = createOutdialClient(options);
    await assert.rejects(createOutdialClient({ ...options, password: 'wrong' }).listCalls(), (fault) => {
      assert.ok(fault instanceof OutdialProblem);
      assert.deepEqual([fault.status, fault.code], [401, 'auth.required']);
      return true;
    });

    const all = new AbortController();
    const ofTenant: CallEvent[] = [];
    const following = (async () => {
      for await (const event of client.followTenant({ signal: all.signal })) ofTenant.push(event);
    })();
    const order = { body: { to: phone.uri }, idempotencyKey: 'the-only-call' };
    const [first, second] = [await client.createCall(order), await client.createCall(order)];
    assert.deepEqual(first, second);
    const { vgwSessionID: sessionId } = first;
    const events: CallEvent[] = [];
    const followed = (async () => {
      for await (const event of client.followCall({ sessionId })) {
        events.push(event);
        look();
      }
    })();
    const hasEvent = (type: string): boolean => events.some((event) => event.type === type);
    await until(() => hasEvent('call.active'));
    // On a busy machine words arrive damaged: that they arrive counts.
    const spoken = (): readonly Turn[] => turns.filter(({ text }) => text !== '' && !text.startsWith('vgw'));
    await until(() => spoken().length > 0);

    // From here on the wall clock of the machine is an hour ahead; what is told of the call goes on where it was.
    const now = Date.now.bind(Date);
    t.mock.method(Date, 'now', () => now() + 3_600_000);
    await client.setVariables({ sessionId, body: { variables: { plan: 'gold' } } });
    await client.sayInCall({ sessionId, body: { text: 'one moment' } });
    await until(() => phone.phone.understood.length > 0);
    await until(() => spoken().length > 1);
    assert.equal(spoken()[1]?.context['plan'], 'gold');
    const [traceSoFar, askedSoFar] = [
      await client.getSipTrace({ sessionId }),
      await client.getBotExchanges({ sessionId }),
    ];
    assert.deepEqual([traceSoFar.isComplete, askedSoFar.isComplete], [false, false]);
    assert.equal(askedSoFar.exchanges.length, turns.length);
    await client.playInCall({ sessionId, body: { url: audio } });
    await until(() => phone.phone.understood.length > 1);
    await client.muteCall({ sessionId, body: { who: 'callee', isMuted: true } });
    await client.muteCall({ sessionId, body: { who: 'callee', isMuted: false } });
    await client.transferCall({ sessionId, body: { target: 'sip:agent@127.0.0.1:9' } });
    await until(() => turns.some(({ text }) => text === 'vgwCallTransferFailed'));
    assert.equal((await client.getCall({ sessionId })).callState, 'active');
    const [status, running] = [await client.getStatus(), await client.getStatistics()];
    assert.deepEqual([status.ready, status.limits.callsAtATime], [true, { used: 1, limit: null }]);
    assert.deepEqual(status.bots, [{ kind: 'watson-v1', host: new URL(bot).host }]);
    assert.deepEqual([status.trunk.state, status.trunk.targets, status.trunk.calls], ['none', [], undefined]);
    assert.deepEqual([running.totals.running, running.totals.accepted, running.totals.answerRate], [1, 1, null]);
    await client.hangUpCall({ sessionId });
    await followed;

    const last = events.find(({ type }) => type === 'call.ended');
    assert.deepEqual([last?.data['endCode'], last?.data['endedBy']], ['completed.api', 'api']);
    assert.deepEqual(
      events.flatMap(({ type, data }) => (type === 'command.taken' ? [data['command']] : [])),
      ['set-variables', 'say', 'play', 'mute', 'unmute', 'transfer', 'hang-up'],
    );
    assert.deepEqual(
      events.map(({ sequence }) => sequence),
      events.map((_, index) => index + 1),
    );
    all.abort();
    await following;
    assert.deepEqual(ofTenant.slice(0, 3), events.slice(0, 3));

    const progress = events.filter(({ type }) => type.startsWith('transfer.'));
    assert.deepEqual(
      progress.map(({ type, data }) => [type, data['outcome']]),
      [
        ['transfer.started', undefined],
        ['transfer.over', 'failed'],
      ],
    );
    const call = await client.getCall({ sessionId });
    assert.deepEqual([call.callState, call.endCode], ['ended', 'completed.api']);
    assert.deepEqual((await client.listCalls({ state: 'ended', limit: 5 })).calls, [call]);
    assert.equal((await client.getRecord({ sessionId }))['endedBy'], 'api');
    const record = await client.getRecord({ sessionId });
    const latencies = record['latencies'] as readonly { recognitionMs: number | null; botMs: number | null }[];
    const links = await client.signLinks({ sessionId, body: {} });
    const transcript = (await (await fetch(new URL(links.transcript, gateway.httpUrl))).json()) as {
      lines: { who: string; text: string }[];
    };
    const said = transcript.lines.map(({ who, text }) => `${who}: ${text}`);
    assert.ok(said.includes('operator: one moment'), said.join('\n'));
    assert.ok(said.filter((line) => line.startsWith('callee: ')).length >= 2, said.join('\n'));
    const recording = await fetch(new URL(links.recording ?? '', gateway.httpUrl));
    assert.equal(recording.headers.get('content-type'), 'audio/wav');
    const sound = Buffer.from(await recording.arrayBuffer());
    assert.equal(sound.subarray(0, 4).toString('latin1'), 'RIFF');
    assert.equal(sound.length, Number(recording.headers.get('content-length')));

    const trace = await client.getSipTrace({ sessionId });
    const linked = (await (await fetch(new URL(links.sipTrace, gateway.httpUrl))).json()) as typeof trace;
    assert.deepEqual(linked, trace);
    assert.ok(trace.messages[0]?.direction === 'sent' && trace.messages[0].text.startsWith('INVITE '));
    assert.ok(trace.messages.some(({ direction, text }) => direction === 'sent' && text.startsWith('BYE ')));

    const { isComplete, exchanges } = await client.getBotExchanges({ sessionId });
    assert.equal(isComplete, true);
    assert.deepEqual(
      exchanges.map(({ request }) => JSON.parse(request?.body ?? '').input.text),
      turns.map(({ text }) => text),
    );
    for (const { url, status, reply, firstByteMs, totalMs, failure } of exchanges) {
      assert.deepEqual([url, status, failure], [bot, 200, null]);
      assert.deepEqual(JSON.parse(reply?.body ?? '').output, { text: [] });
      assert.ok(firstByteMs !== null && totalMs !== null && firstByteMs <= totalMs);
    }

    const told = [
      record['startTime'],
      record['inviteTime'],
      record['answerTime'],
      record['recordingStartTime'],
      record['stopTime'],
    ].map(String);
    assert.deepEqual(told, told.toSorted());
    const [startTime = '', , , , stopTime = ''] = told;
    const closedTime = new Date(Date.parse(stopTime) + 60_000).toISOString();
    for (const at of [
      ...events.map(({ timestamp }) => timestamp),
      ...[...trace.messages, ...exchanges].map((each) => each.at),
    ]) {
      assert.ok(at >= startTime && at <= closedTime, `${at} is not between ${startTime} and ${closedTime}`);
    }

    const isGone = (fault: unknown): boolean => fault instanceof OutdialProblem && fault.code === 'artifact.none';
    const { deleted } = await client.deleteArtifacts({ sessionId });
    assert.deepEqual([deleted['recordings'], deleted['traces'], deleted['botExchanges']], [1, 1, 1]);
    await assert.rejects(client.getSipTrace({ sessionId }), isGone);
    await assert.rejects(client.getBotExchanges({ sessionId }), isGone);
    await assert.rejects(client.getRecord({ sessionId }), isGone);
    await assert.rejects(client.getRecording({ sessionId }), isGone);
    assert.deepEqual((await client.getTranscript({ sessionId })).lines, []);

    const { totals, endCodes, durations } = await client.getStatistics({ bucket: '1d' });
    assert.deepEqual([totals.running, totals.ended, totals.answered, totals.answerRate], [0, 1, 1, 1]);
    assert.deepEqual(
      endCodes.map(({ endCode, blame, calls }) => [endCode, blame, calls]),
      [['completed.api', null, 1]],
    );
    const waited = (name: keyof (typeof latencies)[number]): readonly number[] =>
      latencies.flatMap((latency) => latency[name] ?? []);
    for (const [name, waits] of [
      ['recognition', waited('recognitionMs')],
      ['bot', waited('botMs')],
      ['talk', [Number(record['talkTime'])]],
    ] as const) {
      const meanMs = Math.round(waits.reduce((sum, ms) => sum + ms, 0) / waits.length);
      assert.deepEqual([durations[name]?.count, durations[name]?.meanMs], [waits.length, meanMs], name);
    }
    const { ring, answer } = durations;
    assert.ok(ring?.count === 1 && answer?.count === 1 && ring.meanMs <= answer.meanMs, JSON.stringify(durations));
  },
);
