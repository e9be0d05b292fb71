/** Events as streams: nothing is lost and nothing told twice, wherever the connection breaks; slow readers are cut. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { setImmediate as nextMacrotask } from 'node:timers/promises';
import { streamLimits } from '../../src/api/v1/event-stream.ts';
import { assertProblem, basic } from './api-world.ts';
import { basePath, createV1World, startCall, type V1World } from './v1-world.ts';

interface Line {
  readonly id: string;
  readonly data?: string;
}

interface Reader {
  readonly response: IncomingMessage;
  /** What was read so far. */
  readonly lines: Line[];
  /** Resolves when so many items were read, or the stream has ended. */
  until(count: number): Promise<void>;
  cut(): void;
}

async function listen(world: V1World, context: TestContext): Promise<string> {
  await world.app.listen({ host: '127.0.0.1', port: 0 });
  context.after(() => world.app.close());
  return `http://127.0.0.1:${(world.app.server.address() as AddressInfo).port}`;
}

async function follow(url: string, lastEventId?: string): Promise<Reader> {
  const headers = {
    ...basic('user-one', 'password-one'),
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  };
  const asked = get(url, { headers, agent: false });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  asked.on('error', () => undefined);
  const lines: Line[] = [];
  let text = '';
  let wake = (): void => undefined;
  const stream = { isEnded: false };
  const onEnd = (): void => {
    stream.isEnded = true;
    wake();
  };
  response.setEncoding('utf8').on('end', onEnd).on('close', onEnd).on('error', onEnd);
  response.on('data', (chunk: string) => {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const id = /^id: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (id !== undefined) lines.push({ id, ...(data === undefined ? {} : { data }) });
    }
    wake();
  });
  return {
    response,
    lines,
    async until(count) {
      while (lines.length < count && !stream.isEnded) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    cut() {
      asked.destroy();
    },
  };
}

const sequences = (lines: readonly Line[]): number[] =>
  lines.flatMap(({ data }) => (data === undefined ? [] : [(JSON.parse(data) as { sequence: number }).sequence]));

test('a call is followed from its first event to its end, in the bodies of the notifications', async (context) => {
  const world = await createV1World({ real: 'timers' });
  const url = await listen(world, context);
  const sessionId = await startCall(world);
  await world.tell(sessionId, 'call.started', { callState: 'started', failureReason: null });
  const reader = await follow(`${url}${basePath('one')}/calls/${sessionId}/events`);
  assert.equal(reader.response.statusCode, 200);
  assert.equal(reader.response.headers['content-type'], 'text/event-stream; charset=utf-8');
  await reader.until(1);
  assert.deepEqual(JSON.parse(reader.lines[0]?.data ?? ''), {
    vgwSessionID: sessionId,
    callState: 'started',
    failureReason: null,
    type: 'call.started',
    sequence: 1,
    timestamp: '2023-11-14T22:13:20.000Z',
    tenantID: 'sip:one@example.net',
    data: {},
  });
  await world.tell(sessionId, 'turn.answered', { callState: 'active', failureReason: null, text: ['a\nb'] });
  await reader.until(2);
  await world.end(sessionId);
  await reader.until(99);
  assert.deepEqual(sequences(reader.lines), [1, 2, 3]);
  const over = await world.ask('GET', `/calls/${sessionId}/events`, { headers: { 'last-event-id': '3' } });
  assert.equal(over.statusCode, 204);
});

test('a follower whose connection breaks after any item goes on without loss or repetition', async (context) => {
  const world = await createV1World({ real: 'timers' });
  const url = await listen(world, context);
  const sessions = [await startCall(world), await startCall(world)];
  const stranger = await startCall(world, 'two');
  const path = `${url}${basePath('one')}/events`;
  const first = await follow(path);
  await first.until(1);
  const told: string[] = [];
  for (let index = 0; index < 24; index += 1) {
    const sessionId = sessions[index % 2] ?? '';
    await world.tell(index % 3 === 2 ? stranger : sessionId, 'turn.asked', { mark: index });
    if (index % 3 !== 2) told.push(String(index));
  }
  await first.until(1 + told.length);
  first.cut();
  const marks = (lines: readonly Line[]): string[] =>
    lines.flatMap(({ data }) =>
      data === undefined ? [] : [String((JSON.parse(data) as { data: { mark: number } }).data.mark)],
    );
  assert.deepEqual(marks(first.lines), told);
  for (const [index, { id }] of first.lines.entries()) {
    const rest = await follow(path, id);
    const left = told.slice(index);
    await rest.until(left.length);
    // One more shows that nothing else was told in between.
    assert.deepEqual(marks(rest.lines), left, `after ${id}`);
    rest.cut();
  }
  // And once more through a chain of connections that each break after a few items, while more is told.
  const seen: string[] = [];
  let lastId = first.lines[0]?.id;
  for (let round = 0; round < 8; round += 1) {
    const reader = await follow(path, lastId);
    await world.tell(sessions[0] ?? '', 'turn.asked', { mark: 100 + round });
    told.push(String(100 + round));
    await reader.until(1 + (round % 3));
    const got = reader.lines.slice(0, 1 + (round % 3));
    reader.cut();
    seen.push(...marks(got));
    lastId = got.at(-1)?.id ?? lastId;
  }
  const last = await follow(path, lastId);
  await last.until(told.length - seen.length);
  last.cut();
  assert.deepEqual([...seen, ...marks(last.lines)], told);
});

test('a call goes on after each of its events, also through many pages', async (context) => {
  const world = await createV1World({ real: 'timers' });
  const url = await listen(world, context);
  const sessionId = await startCall(world);
  for (let index = 0; index < 250; index += 1) await world.tell(sessionId, 'turn.asked');
  await world.end(sessionId);
  for (const after of [0, 1, 99, 100, 101, 200, 249, 250]) {
    const reader = await follow(`${url}${basePath('one')}/calls/${sessionId}/events`, String(after));
    await reader.until(999);
    assert.deepEqual(
      sequences(reader.lines),
      Array.from({ length: 251 - after }, (_, index) => after + 1 + index),
    );
  }
});

test('what is no id of a stream is refused, and too many streams are, until some have ended', async (context) => {
  const world = await createV1World({ real: 'timers' });
  const url = await listen(world, context);
  const sessionId = await startCall(world);
  for (const id of ['x', '-1', '1-', '1-1000', '9'.repeat(30), '1-101']) {
    const headers = { 'last-event-id': id };
    assertProblem(await world.ask('GET', '/events', { headers }), 400, 'request.malformed');
    assertProblem(await world.ask('GET', `/calls/${sessionId}/events`, { headers }), 400, 'request.malformed');
  }
  const readers: Reader[] = [];
  for (let count = 0; count < streamLimits.perTenant; count += 1)
    readers.push(await follow(`${url}${basePath('one')}/events`));
  assertProblem(await world.ask('GET', '/events'), 429, 'stream.too-many');
  readers.pop()?.cut();
  let status = 429;
  for (let attempt = 0; status === 429 && attempt < 1000; attempt += 1) {
    await nextMacrotask();
    const reader = await follow(`${url}${basePath('one')}/events`);
    status = reader.response.statusCode ?? 0;
    reader.cut();
  }
  assert.equal(status, 200);
  for (const reader of readers) reader.cut();
});

test('a reader who takes nothing is cut off, and holds no more than a page meanwhile', async (context) => {
  const timers: { readonly ms: number; readonly fire: () => void }[] = [];
  let reads = 0;
  const world = await createV1World({
    v1: {
      after: (ms, fire) => {
        const timer = { ms, fire };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer), timers.includes(timer) ? 1 : 0);
      },
    },
  });
  const url = await listen(world, context);
  const sessionId = await startCall(world);
  const events = world.store.events.bind(world.store);
  world.store.events = async (...query) => {
    reads += 1;
    return events(...query);
  };
  for (let index = 0; index < 400; index += 1)
    await world.tell(sessionId, 'turn.answered', { text: 'x'.repeat(50_000) });
  const asked = get(`${url}${basePath('one')}/calls/${sessionId}/events`, {
    headers: basic('user-one', 'password-one'),
    agent: false,
  });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.pause();
  const isSlow = (): (typeof timers)[number] | undefined => timers.find(({ ms }) => ms === streamLimits.slowReaderMs);
  while (isSlow() === undefined) await nextMacrotask();
  assert.ok(reads <= 3, `${reads} pages were read for a reader who takes none`);
  const closed = new Promise<void>((resolve) => {
    response.on('close', resolve);
  });
  asked.on('error', () => undefined);
  response.on('error', () => undefined);
  isSlow()?.fire();
  response.resume();
  await closed;
  assert.equal(response.complete, false);
});

test('closing the server ends its streams; a stream that is long open ends, too', async (context) => {
  const timers: { readonly ms: number; readonly fire: () => void }[] = [];
  const world = await createV1World({
    v1: {
      after: (ms, fire) => {
        timers.push({ ms, fire });
        return () => undefined;
      },
    },
  });
  const url = await listen(world, context);
  const old = await follow(`${url}${basePath('one')}/events`);
  await old.until(1);
  timers.find(({ ms }) => ms === streamLimits.longestMs)?.fire();
  await old.until(99);
  assert.equal(old.response.complete, true);
  const open = await follow(`${url}${basePath('one')}/events`);
  await open.until(1);
  await world.app.close();
  await open.until(99);
  assert.equal(open.response.readableEnded, true);
});
