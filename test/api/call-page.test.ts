/** A call as one HTML file: what is in it, who may have it, and that no text of a call is more than text. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { assertProblem } from './api-world.ts';
import { createV1World, startCall, type V1World } from './v1-world.ts';

/** Stands for the page that the console's build makes. */
const emptyPage = '<title>Call</title><script id="call-data">@@call@@</script><i>@@recording@@</i>';
const consoleFiles = new Map([
  ['shared-call.html', { bytes: Buffer.from(emptyPage), contentType: 'text/html; charset=utf-8', etag: '"a"' }],
]);

interface Options {
  readonly recording?: { readonly sizeBytes: number; readonly chunks: readonly Buffer[] };
  readonly nowWallMs?: () => number;
}

async function worldWith({ recording, nowWallMs = () => 1_700_000_000_000 }: Options = {}): Promise<V1World> {
  return createV1World({
    ports: { consoleFiles },
    v1: {
      wallMs: nowWallMs,
      openRecording: async () =>
        recording && { sizeBytes: recording.sizeBytes, stream: Readable.from(recording.chunks) },
    },
  });
}

function dataIn(html: string): Record<string, unknown> {
  const found = /<script id="call-data">(.*?)<\/script>/s.exec(html)?.[1];
  assert.ok(found !== undefined, html.slice(0, 200));
  return JSON.parse(found) as Record<string, unknown>;
}

test('a call that is over is one HTML file with its events, record, notifications and recording inside', async () => {
  // Pieces that are no multiple of three bytes, so that base64 has to go on across them.
  const chunks = [Buffer.from('RIFF1'), Buffer.from('23'), Buffer.from('4567')];
  const world = await worldWith({ recording: { sizeBytes: 11, chunks } });
  const sessionId = await startCall(world);
  const path = `/calls/${sessionId}/page.html`;
  assertProblem(await world.ask('GET', path), 409, 'call.running');
  await world.tell(sessionId, 'speech.recognized', { text: 'it is me', confidence: 0.5 });
  await world.end(sessionId);
  const page = await world.ask('GET', path);
  assert.equal(page.statusCode, 200);
  assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(page.headers['content-disposition'], `inline; filename="call-${sessionId}.html"`);
  assert.match(String(page.headers['content-security-policy']), /^sandbox allow-scripts allow-downloads/);
  assert.match(page.body, new RegExp(`<i>${Buffer.from('RIFF1234567').toString('base64')}</i>$`));
  const { call, events, record, deliveries } = dataIn(page.body);
  assert.equal((call as Record<string, unknown>)['endCode'], 'completed.bot');
  assert.deepEqual(
    (events as Record<string, unknown>[]).map(({ type, data }) => [type, data]),
    [
      ['speech.recognized', { text: 'it is me', confidence: 0.5 }],
      ['call.ended', {}],
    ],
  );
  assert.deepEqual(record, { endCode: 'completed.bot' });
  assert.equal((deliveries as unknown[]).length, 2);
  assertProblem(await world.ask('GET', path, { mark: 'two' }), 404, 'call.unknown');
});

test('no text of a call can end the block of data or begin a tag', async () => {
  const world = await worldWith();
  const sessionId = await startCall(world);
  const hostile = '</script><script>alert(1)</script><!--<script><img src=x onerror=alert(2)>';
  await world.tell(sessionId, 'speech.recognized', { text: hostile, confidence: 1 });
  await world.end(sessionId);
  const { body } = await world.ask('GET', `/calls/${sessionId}/page.html`);
  assert.equal(body.split('</script>').length, 2, 'the page has one script, and it ends once');
  assert.ok(!body.includes('<img') && !body.includes('<!--'));
  const [event] = dataIn(body)['events'] as { readonly data: Readonly<Record<string, unknown>> }[];
  assert.equal(event?.data['text'], hostile);
});

test('a recording over 20 MB is left out, and the page says how large it is', async () => {
  const world = await worldWith({ recording: { sizeBytes: 20_000_001, chunks: [Buffer.from('RIFF')] } });
  const sessionId = await startCall(world);
  await world.end(sessionId);
  const { body } = await world.ask('GET', `/calls/${sessionId}/page.html`);
  assert.ok(body.endsWith('<i></i>'));
  assert.equal(dataIn(body)['recordingLeftOutBytes'], 20_000_001);
});

test('a link opens the page until its time is over, and no other thing of the call', async () => {
  let nowWallMs = 1_700_000_000_000;
  const world = await worldWith({ nowWallMs: () => nowWallMs });
  const sessionId = await startCall(world);
  await world.end(sessionId);
  const links = await world.ask('POST', `/calls/${sessionId}/links`, { body: { expiresInS: 60 } });
  const { page, transcript } = links.json<{ page: string; transcript: string }>();
  assert.equal((await world.app.inject(page)).statusCode, 200);
  const tampered = [
    page.replace('/page.html', '/transcript'),
    transcript.replace('/transcript', '/page.html'),
    page.replace('one', 'two'),
  ];
  for (const url of tampered) assertProblem(await world.app.inject(url), 401, 'link.invalid');
  nowWallMs += 60_000;
  assertProblem(await world.app.inject(page), 401, 'link.invalid');
});

test('with the record its page is gone, also for links that are still good', async () => {
  const world = await worldWith();
  const sessionId = await startCall(world);
  await world.end(sessionId);
  const links = await world.ask('POST', `/calls/${sessionId}/links`, { body: { expiresInS: 60 } });
  const { page } = links.json<{ page: string }>();
  const deleted = await world.store.commit([{ type: 'artifacts-deleted', sessionId }]);
  assert.ok(deleted.ok, JSON.stringify(deleted));
  assertProblem(await world.app.inject(page), 404, 'artifact.none');
});
