/**
 * A whole gateway whose voice is a synthesis service on loopback and whose bot is the embedded dialog: what is known before
 * a call is spoken before it, so that the first call asks the service for nothing.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { createLog, type Gateway, startGateway } from '../../src/app/index.ts';
import { startDemoPhone } from '../../src/cli/demo/demo-phone.ts';
import { readSettings } from '../../src/config/index.ts';
import { startWatsonService, type WatsonService } from '../speech/watson-service.ts';

const speechModule = new URL('../../src/testing/fake-speech-engines.js', import.meta.url).href;
const dialog = `start: hello
steps:
  hello:
    say: good day
    listen: { yes: bye }
    otherwise: bye
  bye: { say: goodbye, hangup: true }
`;
const bounded = { timeout: 30_000 };

async function start(context: TestContext, service: WatsonService, environment: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'outdial-prompts-'));
  const dialogFile = join(folder, 'dialog.yaml');
  await writeFile(dialogFile, dialog);
  const phone = await startDemoPhone(
    { ringMs: 50, lines: ['yes'], speaksFirst: false, hangsUp: false, patienceMs: 300 },
    { model: 'base', voice: 'slt' },
    () => undefined,
    speechModule,
  );
  const read = readSettings({
    ENABLE_OUTBOUND_CALLS: 'true',
    HTTP_PORT: '0',
    SIP_PORT: '0',
    RTP_UDP_PORT_RANGE: '34000-34998',
    OUTDIAL_DATA_DIR: folder,
    OUTDIAL_DIALOG_FILE: dialogFile,
    WATSON_TTS_URL: service.url,
    TTS_CACHE_TIME_TO_LIVE: '1',
    ...environment,
  });
  assert.ok(read.ok, inspect(read));
  let onClosed: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => (onClosed = resolve));
  const started = await startGateway({
    settings: read.value.settings,
    log: createLog('silent'),
    speechModule,
    observe: (_sessionId, event) => {
      if (event.type === 'media.closed') onClosed();
    },
  });
  assert.ok(started.ok, inspect(started));
  const gateway = started.value;
  context.after(async () => {
    await gateway.stop(0);
    await phone.close();
    await rm(folder, { recursive: true, force: true });
  });
  const call = async (): Promise<void> => {
    const response = await fetch(`${gateway.httpUrl}/vgw/outboundCalls/t/startOutboundCall`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ to: phone.uri }),
    });
    assert.equal(response.status, 200, await response.text());
    await closed;
    // The last words before a BYE are still on their way to the callee.
    await rest(() => phone.phone.understood.length >= 2);
  };
  return { gateway, phone: phone.phone, call };
}

async function prompts(gateway: Gateway): Promise<Record<string, number>> {
  const text = await (await fetch(`${gateway.httpUrl}/metrics`)).text();
  const found = text.matchAll(/^outdial_prompts_total\{outcome="(\w+)"\} (\d+)/gm);
  return Object.fromEntries([...found].map(([, outcome = '', count]) => [outcome, Number(count)]));
}

async function rest(isOver: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isOver())) {
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

const until = (gateway: Gateway, outcome: string, count: number): Promise<void> =>
  rest(async () => (await prompts(gateway))[outcome] === count);

const spoken = ({ connections }: WatsonService): unknown[] =>
  connections.map(({ start: { text } }) => text).filter((text) => text !== undefined);

test(
  'the first call says what was spoken before it, and the service is asked for nothing',
  bounded,
  async (context) => {
    const service = await startWatsonService();
    context.after(() => service.close());
    const { gateway, phone, call } = await start(context, service, {});
    await until(gateway, 'prepared', 4);
    assert.deepEqual(spoken(service).slice(0, 2), ['good day', 'goodbye']);
    service.connections.length = 0;
    await call();
    assert.deepEqual(spoken(service), []);
    assert.deepEqual(phone.understood, ['good day', 'goodbye']);
    assert.deepEqual(await prompts(gateway), { prepared: 4, used: 2 });
  },
);

test('OUTDIAL_PREPARED_PROMPTS=0: the first call has them spoken', bounded, async (context) => {
  const service = await startWatsonService();
  context.after(() => service.close());
  const { gateway, call } = await start(context, service, { OUTDIAL_PREPARED_PROMPTS: '0' });
  await call();
  assert.deepEqual(spoken(service), ['good day', 'goodbye']);
  assert.deepEqual(await prompts(gateway), {});
});

test('a service that is away costs nothing but the preparation', bounded, async (context) => {
  const service = await startWatsonService();
  context.after(() => service.close());
  service.misbehave({ refuseWith: 503 });
  const { gateway, phone, call } = await start(context, service, {});
  await until(gateway, 'failed', 3);
  service.misbehave({});
  await call();
  assert.deepEqual(phone.understood, ['good day', 'goodbye']);
  assert.deepEqual(await prompts(gateway), { failed: 3 });
});
