/** What the page of a call shows beside its axis, and the file that it becomes when it is shared. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type ConsoleWorld, calleeLines, until } from './console-world.ts';

const hostile = '<img src=x onerror=alert(1)></script><script>alert(2)</script>';

export function callDetailsTests(world: () => ConsoleWorld): void {
  test('the page of a call has its end, its words and its SIP messages, and a click shows the text of one', async () => {
    const sessionId = await world().finishedCall();
    await using console = await world().open(`/calls/${sessionId}`);
    const { page } = console;
    await page.getByRole('region', { name: 'How it ended' }).getByText('The bot hung up.').waitFor();
    const words = page.getByRole('list', { name: 'What was said' });
    for (const line of calleeLines) await words.getByText(line).first().waitFor();
    const ladder = page.getByRole('listbox', { name: 'SIP messages' });
    for (const label of ['INVITE', '180 Ringing', '200 OK', 'ACK', 'BYE']) {
      await ladder.getByRole('option', { name: label }).first().waitFor();
    }
    await ladder.getByRole('option', { name: 'INVITE' }).first().click();
    await page
      .getByLabel('Text of the message')
      .getByText(/^INVITE sip:.* SIP\/2\.0/)
      .waitFor();
    await page.keyboard.press('End');
    await page.getByRole('region', { name: 'Message 200 OK' }).getByText('CSeq:').waitFor();
    await console.assertAccessible();
    await console.look('call-sip');
    await page.getByRole('searchbox', { name: 'Search what was said' }).fill('CALLING');
    await words.locator('mark', { hasText: 'calling' }).waitFor();
    assert.equal(await words.getByRole('listitem').count(), 1);
    for (const [left, right] of [
      ['Bot', 'Webhooks'],
      ['Record', 'Audio quality'],
    ] as const) {
      await page.getByRole('tab', { name: left }).click();
      await page.getByRole('tab', { name: right }).click();
      await console.assertAccessible();
      await console.look(`call-${left.toLowerCase()}`);
    }
    console.assertClean();
  });

  test('a notification is sent again, the receiver knows it by its webhook-id, and hostile words are only text', async () => {
    const ids: string[] = [];
    const receiver = createServer((request, response) => {
      ids.push(String(request.headers['webhook-id']));
      response.writeHead(204).end();
    });
    await new Promise<void>((resolve) => {
      receiver.listen(0, '127.0.0.1', resolve);
    });
    try {
      const { port } = receiver.address() as AddressInfo;
      const { client } = world();
      const order = { context: { name: hostile }, statusWebhook: `http://127.0.0.1:${port}/` };
      const sessionId = await world().startCall(order);
      await until('the phone rings', async () => (await client.getCall({ sessionId })).callState === 'ringing');
      await client.hangUpCall({ sessionId });
      await world().whenOver(sessionId);
      await using console = await world().open(`/calls/${sessionId}`);
      const { page } = console;
      await page.getByRole('tab', { name: 'Webhooks' }).click();
      await page.getByText(`Hello ${hostile}`).first().waitFor();
      const before = ids.length;
      await page
        .getByRole('button', { name: /^Replay call\./ })
        .first()
        .click();
      const told = page.locator('.delivery-result', { hasText: /again|tried/ });
      assert.equal(await told.innerText(), 'Delivered again: HTTP 204.');
      await until('the receiver has it again', async () => ids.length > before);
      assert.ok(ids.slice(0, before).includes(ids[before] ?? ''), 'under the same webhook-id');
      assert.equal(await page.evaluate('document.images.length'), 0);
      await console.assertAccessible();
      await console.look('call-failed');
      console.assertClean();
      await assertSharedFile(world(), sessionId, [`Hello ${hostile}`]);
    } finally {
      receiver.closeAllConnections();
      receiver.close();
    }
  });

  test('a shared call is one file that shows and plays it from the disk, without a network', async () => {
    const sessionId = await world().finishedCall();
    await using console = await world().open(`/calls/${sessionId}`);
    const { page } = console;
    await page.getByRole('button', { name: 'Share…' }).click();
    await page.getByLabel('one hour').check();
    await page.getByRole('button', { name: 'Copy link' }).click();
    const link = await page.getByRole('dialog').getByRole('textbox').inputValue();
    assert.match(link, /^http:\/\/127\.0\.0\.1:\d+\/v1\/tenants\/demo\/calls\/.*\/page\.html\?expires=\d+&signature=/);
    await console.assertAccessible();
    console.assertClean();
    const opened = await world().browser.newPage();
    await opened.goto(link);
    await opened.getByText(calleeLines[1]).first().waitFor();
    await opened.close();
    await assertSharedFile(world(), sessionId, calleeLines, 'plays');
  });
}

/** Opens the file of a call with the network off. */
async function assertSharedFile(
  { client, browser }: ConsoleWorld,
  sessionId: string,
  words: readonly string[],
  sound?: 'plays',
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'outdial-shared-'));
  const context = await browser.newContext({ offline: true });
  try {
    const path = join(folder, 'call.html');
    const response = await client.getCallPage({ sessionId });
    await writeFile(path, await response.text());
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => faults.push(message.text()));
    page.on('dialog', (dialog) => faults.push(`a dialog: ${dialog.message()}`));
    page.on('request', (request) => {
      if (!/^(?:file|blob|data):/.test(request.url())) faults.push(`a request left for ${request.url()}`);
    });
    await page.goto(pathToFileURL(path).href);
    for (const line of words) await page.getByText(line).first().waitFor();
    assert.equal(await page.evaluate('document.images.length'), 0);
    assert.equal(await page.evaluate('document.scripts.length'), 3, 'the data, the recording and the script');
    if (sound === 'plays') {
      await page.getByRole('button', { name: 'Play' }).click();
      await page.getByRole('button', { name: 'Pause' }).waitFor();
      await page.locator('.transcript-line.is-now').waitFor();
    }
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
    await rm(folder, { recursive: true, force: true });
  }
}
