/** The frame of the console: login, pages, keyboard, themes, and the way from the form to the end of a call. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callIn } from './call-in.ts';
import type { ConsolePage } from './console-page.ts';
import { calleeLines, type ConsoleWorld, credentials, logIn, tenantId } from './console-world.ts';

const hostileName = '"<img src=x onerror=alert(1)>"';
const hostileUri = 'sip:%3Cimg%20src=x%20onerror=alert(1)%3E@example.com';

export function frameTests(world: () => ConsoleWorld): void {
  test('asks for a login in the place of the page, refuses a wrong one with words, and goes on where one was', async () => {
    await using console = await world().openUnknown('/new-call');
    const { page } = console;
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    assert.equal(await page.title(), 'Log in · outdial');
    await console.assertAccessible();
    await console.look('login');
    await logIn(page, { password: 'wrong' });
    await page.getByRole('alert').getByText('auth.required').waitFor();
    await logIn(page);
    await page.getByRole('heading', { name: 'Place a call', level: 1 }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/console/new-call');
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    console.assertClean();
  });

  test('a gateway without calls shows the request that makes the first one, as it works in a shell', async () => {
    await using console = await world().open('/calls');
    const { page } = console;
    await page.getByRole('heading', { name: 'No calls yet' }).waitFor();
    const text = await page.locator('pre').innerText();
    assert.ok(text.includes(`${world().url}/vgw/outboundCalls/${tenantId}/startOutboundCall`), text);
    assert.ok(text.includes(`-u ${credentials.username}`), text);
    await console.assertAccessible();
    await console.look('no-calls');
    console.assertClean();
  });

  test('the form says what is wrong at its field, also when the gateway says it', async () => {
    await using console = await world().open('/new-call');
    const { page } = console;
    await page.getByLabel('To', { exact: true }).fill('bob');
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await page.getByRole('alert').getByText('no SIP or tel URI').waitFor();
    assert.equal(await page.evaluate('document.activeElement.id'), 'place-to');
    await page.getByLabel('To', { exact: true }).fill('tel:+15551234567');
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await page.getByRole('alert').getByText('request.no-trunk').waitFor();
    await console.assertAccessible();
    await console.look('place-refused');
    console.assertClean();
  });

  test('places a call by the form and watches it live: states and words, as text whatever they hold', async () => {
    await using console = await world().open('/new-call');
    await using list = await world().open('/calls', { beside: console });
    const { page } = console;
    await fillForm(console, world());
    assert.match(await page.locator('pre').first().innerText(), /"name": "Alice"/);
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await page.waitForURL(/\/console\/calls\/[\w-]+$/);
    const sessionId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    world().rememberCall(sessionId);
    await page.locator('h1 .badge', { hasText: /ringing|active/ }).waitFor();
    await list.page.locator('.calls-card').getByText('callee', { exact: true }).first().waitFor();
    await page.locator('h1 .badge', { hasText: 'active' }).waitFor();
    await page.getByRole('log').getByText('Your appointment is on Monday').first().waitFor();
    await page.getByRole('button', { name: 'Keys' }).click();
    await page.getByLabel('Keys to send').fill('1#');
    await page.getByRole('button', { name: 'Send keys' }).click();
    await page.getByRole('log').getByText('operator').waitFor();
    await console.assertAccessible();
    await console.look('live-call');
    await list.assertAccessible();
    await list.look('calls-live');
    await page.getByRole('log').getByText(calleeLines[0]).waitFor({ timeout: 40_000 });
    await page.locator('h1 .badge', { hasText: 'ended' }).waitFor({ timeout: 60_000 });
    await list.page.bringToFront();
    await list.page.locator('.calls-table .badge', { hasText: 'ended' }).waitFor({ timeout: 40_000 });
    await world().whenOver(sessionId);
    assert.equal(await page.evaluate('document.images.length'), 0);
    console.assertClean();
    list.assertClean();
  });

  test('the list is filtered by the address, and a hostile name in it is only text', async () => {
    await world().finishedCall();
    await using console = await world().open('/calls');
    const { page } = console;
    await page.getByRole('row').getByText('<img src=x onerror=alert(1)>').waitFor();
    assert.equal(await page.evaluate('document.images.length'), 0);
    await page.keyboard.press('/');
    await page.keyboard.type('nobody');
    await page.keyboard.press('Enter');
    await page.getByText('No call matches.').last().waitFor();
    assert.equal(new URL(page.url()).search, '?party=nobody');
    await page.goBack();
    await page.getByRole('row').nth(1).waitFor();
    await page.getByLabel('State').selectOption('failed');
    await page.getByText('No call matches.').last().waitFor();
    await page.getByLabel('State').selectOption('ended');
    await page.getByRole('row').nth(1).waitFor();
    await console.assertAccessible();
    await console.look('calls');
    console.assertClean();
  });

  test('a stranger who calls in under a hostile name is text, too, under the name that calls in go by', async () => {
    await using console = await world().open('/calls');
    const { page } = console;
    await page.getByRole('button', { name: 'Tenant: demo' }).click();
    await page.getByLabel('Tenant: the name in the path').fill('default');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByRole('heading', { name: 'No calls yet' }).waitFor();
    using stranger = await callIn(world().gateway.sipPort, hostileName);
    const card = page.locator('.calls-card').first();
    await card.getByText('came in').waitFor();
    assert.ok((await card.getByRole('link').getAttribute('title'))?.includes('stranger@'), 'who calls');
    await card.getByRole('link').click();
    await page.locator('h1 .badge').waitFor();
    await page.getByRole('tab', { name: /SIP/ }).click();
    await page.getByRole('tabpanel').getByText('INVITE').first().click();
    await page.getByText('<img src=x onerror=alert(1)>').first().waitFor();
    await console.assertAccessible();
    assert.equal(await page.evaluate('document.images.length'), 0);
    console.assertClean();
    stranger.hangUp();
  });

  test('the keyboard goes through the list, opens a call, and lands in its page', async () => {
    const sessionId = await world().finishedCall();
    await using console = await world().open('/calls');
    const { page } = console;
    await page.getByRole('row').nth(1).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`/console/calls/${sessionId}$`));
    await page.locator('h1 .badge').waitFor();
    assert.equal(await page.evaluate('document.activeElement.id'), 'page');
    assert.match(await page.title(), /: ended · outdial$/);
    console.assertClean();
  });

  test('a login that has ended is asked for in its place, and the page is there again after it', async () => {
    await using console = await world().open('/calls');
    const { page, context } = console;
    await page.getByRole('heading', { name: 'All calls' }).waitFor();
    await context.clearCookies();
    await page.getByLabel('State').selectOption('ended');
    await page.getByText('Your login has ended').waitFor();
    await logIn(page);
    await page.getByRole('row').nth(1).waitFor();
    assert.equal(new URL(page.url()).search, '?state=ended');
    console.assertClean();
  });

  test('an unknown page and an unknown call say so, colours are kept, and a hidden tab lets go of its stream', async () => {
    await using console = await world().open('/nowhere');
    const { page } = console;
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
    await page.getByLabel('Colours').selectOption('dark');
    await page.goto(`${world().url}/console/calls/none`);
    await page.getByRole('heading', { name: 'There is no such call' }).waitFor();
    assert.equal(await page.evaluate('document.documentElement.dataset.theme'), 'dark');
    await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
    await page.evaluate(show('hidden'));
    await page.getByRole('status').getByText('Paused').waitFor();
    await page.evaluate(show('visible'));
    await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
    await console.assertAccessible();
    console.assertClean();
  });
}

/** What a browser does when another tab is looked at, and when this one is again. */
const show = (state: 'hidden' | 'visible'): string =>
  `Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));`;

async function fillForm({ page }: ConsolePage, { phoneUri, webhook }: ConsoleWorld): Promise<void> {
  await page.getByLabel('To', { exact: true }).fill(phoneUri);
  await page.getByLabel('From', { exact: true }).fill(hostileUri);
  const values = { name: 'Alice', clinic: 'the dental clinic', day: 'on Monday', time: 'half past nine' };
  for (const [index, [name, value]] of Object.entries(values).entries()) {
    if (index > 0) await page.getByRole('button', { name: '+ Variable' }).click();
    await page.getByLabel(`Name of variable ${index + 1}`, { exact: true }).fill(name);
    await page.getByLabel(`Value of variable ${index + 1}`, { exact: true }).fill(value);
  }
  await page.getByText('Webhook, recording and more').click();
  await page.getByLabel('Webhook').fill(webhook.url);
  await page.getByLabel('Its user name').fill(credentials.username);
  await page.getByLabel('Its password').fill(credentials.password);
}
