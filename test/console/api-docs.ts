/** The API reference under `/docs`: quiet, accessible, and what it shows works. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { openConsolePage } from './console-page.ts';
import { usualOrigin } from '../../src/api/index.ts';
import { createOutdialClient, type OutdialClient } from '../../src/client/index.ts';
import { type ConsoleWorld, credentials } from './console-world.ts';

const run = promisify(execFile);
const sessionIdInside = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** Of the tenant that the samples name. */
function clientOf(url: string): OutdialClient {
  return createOutdialClient({ baseUrl: url, tenantId: 'clinic', ...credentials });
}

export function apiDocsTests(world: () => ConsoleWorld): void {
  test('the API reference loads with nothing from elsewhere, in both themes, and can be read by everybody', async () => {
    const { browser, url } = world();
    await using docs = await openConsolePage(browser, `${url}/docs`);
    await docs.page.getByRole('heading', { name: 'outdial' }).waitFor();
    await docs.page
      .getByRole('button', { name: /^Test Request/ })
      .first()
      .waitFor();
    await docs.assertAccessible();
    await docs.look('api-docs');
    docs.assertClean();
  });

  test('a request that is tried in the API reference, by the keyboard alone, places a call', async () => {
    const { browser, url } = world();
    const client = clientOf(url);
    await using docs = await openConsolePage(browser, `${url}/docs`);
    const { page } = docs;
    const tryIt = page.getByRole('button', { name: /^Test Request.*startOutboundCall/ }).first();
    await tryIt.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await type(page, dialog.getByLabel('Username', { exact: true }), credentials.username);
    await type(page, dialog.getByLabel('Password', { exact: true }), credentials.password);
    const answered = page.waitForResponse((response) => response.url().endsWith('/startOutboundCall'));
    await page.keyboard.press('Control+Enter');
    const response = await answered;
    assert.equal(response.status(), 200);
    const sessionId = sessionIdInside.exec(await response.text())?.[0] ?? '';
    await dialog.getByText(sessionId).first().waitFor();
    assert.equal((await client.getCall({ sessionId })).to, 'sip:bob@pbx.example.com');
    docs.assertClean();
  });

  test('the curl commands of the API reference and of the README start calls as they are copied, but for host and credentials', async () => {
    const { browser, url } = world();
    await using docs = await openConsolePage(browser, `${url}/docs`);
    const shown = docs.page.locator('code', { hasText: '/startOutboundCall' }).filter({ hasText: 'curl' }).first();
    const command = (await shown.textContent())?.trim() ?? '';
    assert.ok(command.includes(`'${url}/vgw/outboundCalls/`), command);
    const ofReadme = /```sh\n(curl [^`]*startOutboundCall')\n```/.exec(readFileSync('README.md', 'utf8'))?.[1] ?? '';
    for (const each of [command, ofReadme.replace(usualOrigin, url)]) {
      const own = each.replace('campaign:change-me', `${credentials.username}:${credentials.password}`);
      const { stdout } = await run('sh', ['-c', `${own} -sS -w '%{http_code}'`]);
      assert.match(stdout, /200$/);
      const sessionId = sessionIdInside.exec(stdout)?.[0] ?? '';
      assert.equal((await clientOf(url).getCall({ sessionId })).to, 'sip:bob@pbx.example.com');
    }
    docs.assertClean();
  });
}

async function type(page: Page, field: ReturnType<Page['getByRole']>, text: string): Promise<void> {
  await field.focus();
  await page.keyboard.type(text);
}
