/**
 * A real gateway with a phone that answers and speaks, a webhook receiver, and the console of that gateway in a real browser.
 * One of each serves all tests of the console: a call takes half a minute.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { createLog, type Gateway, startGateway } from '../../src/app/index.ts';
import { startDemoPhone } from '../../src/cli/demo/demo-phone.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../src/cli/demo/webhook-receiver.ts';
import { createOutdialClient } from '../../src/client/index.ts';
import { readSettings, type Settings } from '../../src/config/index.ts';
import { type ConsolePage, launchBrowser, openConsolePage, type PageOptions } from './console-page.ts';

export const tenantId = 'demo';
export const credentials = { username: 'demo', password: 'demo-password' };
export const adminCredentials = { username: 'admin', password: 'admin-password' };

/** What the callee says, each line when the bot has finished speaking. */
export const calleeLines = ['Sorry, who is calling please?', 'Yes, I will be there.'] as const;
const context = { name: 'Alice', clinic: 'the dental clinic', day: 'on Monday', time: 'half past nine' };
/** A call that has not ended by then never will. */
const callLimitMs = 60_000;

type Client = ReturnType<typeof createOutdialClient>;

export interface ConsoleWorld {
  readonly url: string;
  readonly gateway: Gateway;
  readonly browser: Browser;
  /** With the tenant's credentials. */
  readonly client: Client;
  /** URI of the phone. */
  readonly phoneUri: string;
  /** Takes every notification of the calls that `startCall` places. */
  readonly webhook: WebhookReceiver;
  /** Places a call to the phone; resolves with its session id. */
  startCall(more?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Resolves when a call is over, its record is written and its notifications are delivered. */
  whenOver(sessionId: string): Promise<void>;
  /** A call that is over, the same for all tests. One that a test has placed and watched does: `rememberCall`. */
  finishedCall(): Promise<string>;
  rememberCall(sessionId: string): void;
  /** A page of the console, logged in, in a browser window of its own. Close it by `await using`. */
  open(path: string, options?: PageOptions): Promise<ConsolePage>;
  /** The same without a login. */
  openUnknown(path: string, options?: PageOptions): Promise<ConsolePage>;
  close(): Promise<void>;
}

export async function openConsoleWorld(): Promise<ConsoleWorld> {
  const dataDir = await mkdtemp(join(tmpdir(), 'outdial-console-'));
  const closings: (() => Promise<unknown>)[] = [() => rm(dataDir, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const closing of closings.toReversed()) await closing();
  };
  try {
    const settings = consoleSettings(dataDir);
    const started = await startGateway({ settings, log: createLog('silent') });
    assert.ok(started.ok, JSON.stringify(started));
    const gateway = started.value;
    closings.push(() => gateway.stop(0));
    const script = { ringMs: 1200, lines: calleeLines, speaksFirst: false, hangsUp: false, patienceMs: 500 };
    const phone = await startDemoPhone(script, { model: settings.speechModel, voice: 'slt' }, () => undefined);
    closings.push(() => phone.close());
    const webhook = await startWebhookReceiver(credentials, () => undefined);
    closings.push(() => webhook.close());
    const browser = await launchBrowser();
    closings.push(() => browser.close());
    return worldOf({ gateway, browser, webhook, phoneUri: phone.uri, close });
  } catch (fault) {
    await close();
    throw fault;
  }
}

function worldOf(parts: Pick<ConsoleWorld, 'gateway' | 'browser' | 'webhook' | 'phoneUri' | 'close'>): ConsoleWorld {
  const { gateway, browser, webhook, phoneUri } = parts;
  const url = gateway.httpUrl;
  const client = createOutdialClient({ baseUrl: url, tenantId, ...credentials });
  let known: string | undefined;
  let finished: Promise<string> | undefined;
  const startCall: ConsoleWorld['startCall'] = async (more = {}) => {
    const body = {
      to: phoneUri,
      from: 'sip:clinic@example.com',
      context,
      statusWebhook: webhook.url,
      statusWebhookUsername: credentials.username,
      statusWebhookPassword: credentials.password,
      ...more,
    };
    const accepted = await client.createCall({ body });
    return accepted.vgwSessionID;
  };
  const whenOver = async (sessionId: string): Promise<void> => {
    await until(`call ${sessionId} is over`, async () => {
      const { callState } = await client.getCall({ sessionId });
      return callState === 'ended' || callState === 'failed';
    });
    await until(`the record of call ${sessionId} is written`, async () =>
      client.getRecord({ sessionId }).then(
        () => true,
        () => false,
      ),
    );
    await until(`the notifications of call ${sessionId} are settled`, async () => {
      const { deliveries } = await client.listDeliveries({ sessionId });
      return deliveries.every(({ state }) => state !== 'waiting');
    });
  };
  return {
    ...parts,
    url,
    client,
    startCall,
    whenOver,
    rememberCall(sessionId) {
      known = sessionId;
    },
    finishedCall() {
      finished ??= (async () => {
        const sessionId = known ?? (await startCall());
        await whenOver(sessionId);
        return sessionId;
      })();
      return finished;
    },
    async open(path, options) {
      const opened = await openConsolePage(browser, `${url}/console${path}`, options);
      if (options?.beside === undefined) await logIn(opened.page);
      return opened;
    },
    openUnknown: (path, options) => openConsolePage(browser, `${url}/console${path}`, options),
  };
}

function consoleSettings(dataDir: string): Settings {
  const read = readSettings({
    ENABLE_OUTBOUND_CALLS: 'true',
    REST_API_USERNAME: credentials.username,
    REST_API_PASSWORD: credentials.password,
    ADMIN_USERNAME: adminCredentials.username,
    ADMIN_PASSWORD: adminCredentials.password,
    HTTP_PORT: '0',
    SIP_PORT: '0',
    RTP_UDP_PORT_RANGE: '33000-33998',
    ENABLE_RECORDING: 'true',
    STEREO_RECORDING: 'true',
    OUTDIAL_DATA_DIR: dataDir,
    OUTDIAL_INBOUND_CALLS: 'true',
  });
  assert.ok(read.ok, JSON.stringify(read));
  return read.value.settings;
}

/** Fills in the login form that stands on the page. */
export async function logIn(page: Page, changes: { readonly password?: string } = {}): Promise<void> {
  const form = { ...credentials, ...changes };
  await page.getByLabel('Tenant', { exact: true }).fill(tenantId);
  await page.getByLabel('User name').fill(form.username);
  await page.getByLabel('Password').fill(form.password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

/** Asks until the answer is yes. */
export async function until(what: string, isSo: () => Promise<boolean>, limitMs = callLimitMs): Promise<void> {
  const lateAt = performance.now() + limitMs;
  while (!(await isSo())) {
    assert.ok(performance.now() < lateAt, `waited ${limitMs} ms in vain until ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
}
