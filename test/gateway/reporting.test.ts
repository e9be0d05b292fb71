/** A whole gateway on real sockets that reports to a collector, to one that is dead, and to a file; and what a deletion leaves. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createLog, type Gateway, startGateway } from '../../src/app/index.ts';
import { type DemoPhone, startDemoPhone } from '../../src/cli/demo/demo-phone.ts';
import { readSettings } from '../../src/config/index.ts';
import { listenOnLoopback } from '../../src/host/loopback-server.fixture.ts';

const speechModule = new URL('../../src/testing/fake-speech-engines.js', import.meta.url).href;

interface Envelope {
  readonly index: string;
  readonly event: { readonly endCode?: string; readonly text?: string; readonly to?: string };
  readonly fields: { readonly vgwSessionID: string };
}

async function serve(t: TestContext, answer: (body: string, authorization: string) => unknown): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => response.end(JSON.stringify(answer(body, request.headers.authorization ?? ''))));
  });
  const listening = await listenOnLoopback(server);
  t.after(() => listening.close());
  return `http://${listening.host}`;
}

async function open(
  t: TestContext,
  environment: Record<string, string>,
): Promise<{ gateway: Gateway; phone: DemoPhone }> {
  const phone = await startDemoPhone(
    { ringMs: 50, lines: ['hello?'], speaksFirst: true, hangsUp: false, patienceMs: 300 },
    { model: 'base', voice: 'slt' },
    () => undefined,
    speechModule,
  );
  t.after(() => phone.close());
  const read = readSettings({
    ENABLE_OUTBOUND_CALLS: 'true',
    HTTP_PORT: '0',
    SIP_PORT: '0',
    RTP_UDP_PORT_RANGE: '34000-34998',
    ENABLE_RECORDING: 'true',
    ...environment,
  });
  assert.ok(read.ok, JSON.stringify(read));
  const started = await startGateway({ settings: read.value.settings, log: createLog('silent'), speechModule });
  assert.ok(started.ok, JSON.stringify(started));
  return { gateway: started.value, phone };
}

test('a call is reported to those who listen; its artefacts can be deleted', { timeout: 60_000 }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'outdial-reporting-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  let onCdr = (): void => undefined;
  const isReported = new Promise<void>((resolve) => (onCdr = resolve));
  const taken: Envelope[] = [];
  const collector = await serve(t, (body, authorization) => {
    assert.equal(authorization, `Basic ${Buffer.from('x:HEC-TOKEN').toString('base64')}`);
    const envelope = JSON.parse(body) as Envelope;
    taken.push(envelope);
    if (envelope.index === 'cdr') onCdr();
    return { text: 'Success', code: 0 };
  });
  const bot = await serve(t, (body) => {
    const { input, context } = JSON.parse(body) as { input: { text: string }; context: object };
    const isAsked = input.text !== '' && input.text !== 'vgwHangUp';
    const output = isAsked ? { text: ['goodbye'], vgwAction: { command: 'vgwActHangup' } } : { text: [] };
    return { output, context };
  });
  const told: string[] = [];
  const webhook = await serve(t, (body) => {
    told.push(body);
    return {};
  });
  const file = join(folder, 'events.jsonl');
  const { gateway, phone } = await open(t, {
    OUTDIAL_DATA_DIR: folder,
    WATSON_CONVERSATION_URL: bot,
    REPORTING_URL: collector,
    REPORTING_USERNAME: 'x',
    REPORTING_PASSWORD: 'HEC-TOKEN',
    REPORTING_CDR_EVENT_INDEX: 'cdr',
    REPORTING_TRANSCRIPTION_EVENT_INDEX: 'words',
    REPORTING_CDR_CLOUDANT_URL: 'http://127.0.0.1:1',
    REPORTING_CDR_CLOUDANT_DB_NAME: 'cdr',
    REPORTING_CDR_CLOUDANT_EVENT_INDEX: 'cdr',
    OUTDIAL_REPORTING_FILE: file,
    OUTDIAL_REPORTING_BATCH_TIME: '0',
    OUTDIAL_PERSONAL_DATA: 'no-personal-data',
    OUTBOUND_CALLS_STATUS_WEBHOOK: webhook,
    OUTDIAL_WEBHOOK_EVENTS: 'turn,speech',
  });
  const response = await fetch(`${gateway.httpUrl}/vgw/outboundCalls/t/startOutboundCall`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to: phone.uri }),
  });
  const { vgwSessionID: sessionId } = (await response.json()) as { vgwSessionID: string };
  assert.deepEqual(await gateway.deleteArtifacts(sessionId), { ok: false, error: { kind: 'running' } });
  await isReported;
  // The record of the call is on its way to the disk, and the file to its end.
  const deleted = await gateway.deleteArtifacts(sessionId);
  assert.ok(deleted.ok);
  assert.deepEqual([deleted.value['recordings'], deleted.value['records']], [1, 1]);
  // The one for the database that is not there; others may still be on their way.
  assert.ok((deleted.value['reports'] ?? 0) >= 1);
  assert.deepEqual(await gateway.deleteArtifacts(sessionId), {
    ok: true,
    value: { recordings: 0, records: 0, traces: 0, botExchanges: 0, reports: 0, events: deleted.value['events'] },
  });
  for (const kept of ['calls', 'recordings']) assert.deepEqual(await readdir(join(folder, kept)), []);
  const expected = [
    /outdial_reports_sent_total\{sink="collector"\} [1-9]/,
    /outdial_reports_postponed_total\{sink="cdr-database"\} [1-9]/,
  ];
  let metrics = '';
  for (let asked = 0; asked < 500 && !expected.every((line) => line.test(metrics)); asked++) {
    metrics = await (await fetch(`${gateway.httpUrl}/metrics`)).text();
  }
  for (const line of expected) assert.match(metrics, line);
  await gateway.stop(0);

  const types = new Set(told.map((body) => (JSON.parse(body) as { type: string }).type));
  for (const type of ['speech.recognized', 'turn.answered', 'call.ended']) assert.ok(types.has(type), type);
  assert.ok(!told.join('').includes('hello') && !told.join('').includes('goodbye'));

  assert.ok(taken.every(({ fields }) => fields.vgwSessionID === sessionId));
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  const inFile = lines.map((line) => JSON.parse(line) as Envelope);
  for (const seen of [taken, inFile]) {
    assert.deepEqual(
      seen.filter(({ index }) => index === 'cdr').map(({ event }) => [event.endCode, event.to?.split(':')[1]]),
      [['completed.bot', '***@127.0.0.1']],
    );
    const words = seen.filter(({ index }) => index === 'words');
    assert.ok(words.length >= 2 && words.every(({ event }) => event.text === '***'));
  }
});
