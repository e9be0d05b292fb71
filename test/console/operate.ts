/** The pages of who runs calls: what was counted, and how the gateway is. Their figures are those of the API. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adminCredentials, type ConsoleWorld, tenantId } from './console-world.ts';

const hourMs = 3_600_000;

export function operateTests(world: () => ConsoleWorld): void {
  test('statistics show the figures of the API, as drawings and as tables', async () => {
    await world().finishedCall();
    const from = new Date(Date.now() - hourMs).toISOString();
    const { totals, endCodes, durations, buckets } = await world().client.getStatistics({ from, bucket: '5m' });
    assert.ok(totals.answered >= 1 && durations.response !== undefined, JSON.stringify(totals));
    await using console = await world().open('/statistics?range=hour');
    const { page } = console;
    const tile = (name: string) => page.locator('.total', { hasText: name }).locator('.total-value');
    await tile('Calls').getByText(String(totals.accepted), { exact: true }).waitFor();
    assert.equal(await tile('Failed').innerText(), String(totals.failed));
    const percent = (totals.answerRate ?? 0) * 100;
    assert.equal(
      await tile('Answer rate').innerText(),
      `${Number.isInteger(percent) ? percent : percent.toFixed(1)} %`,
    );
    const rows = await page
      .locator('.ends-row')
      .evaluateAll((all) => all.map((row) => row.querySelector('code')?.textContent));
    assert.deepEqual(
      rows,
      endCodes.map(({ endCode }) => endCode),
    );
    const measured = await page.locator('tr[data-wait="response"] td').allInnerTexts();
    assert.equal(measured[0], String(durations.response.count));
    // Every bar says its numbers: together they are the total.
    await page.getByText('Calls as a table').press('Enter');
    const cells = await page.getByRole('region', { name: 'Calls, table' }).locator('td').allInnerTexts();
    assert.equal(cells.length, buckets.length * 4);
    assert.equal(
      cells.reduce((sum, cell) => sum + Number(cell), 0),
      totals.accepted,
    );
    assert.ok((await page.locator('.chart-bar.is-completed').count()) > 0);
    await console.assertAccessible();
    await console.look('statistics');
    await page.getByLabel('Of', { exact: true }).selectOption('bot');
    await page.getByRole('button', { name: 'Week' }).press('Enter');
    await page.waitForURL(/range=week/);
    await page.getByRole('button', { name: 'Week', pressed: true }).waitFor();
    await page.locator('.ends-row a').first().click();
    await page.waitForURL(/\/console\/calls\?endCode=/);
    await page.getByRole('row').nth(1).waitFor();
    console.assertClean();
  });

  test('health shows limits, engines and trunk, and to the operator the whole gateway', async () => {
    const status = await world().client.getStatus();
    await using console = await world().open('/health');
    const { page } = console;
    await page.getByText('New calls are taken.').waitFor();
    const { used } = status.limits.callsAtATime;
    await page.locator('[data-limit="callsAtATime"]').getByText(`${used} used, no limit`).waitFor();
    assert.equal(await page.getByRole('cell', { name: 'dialog-file' }).count(), 1);
    await page.getByText('There is no trunk').waitFor();
    assert.equal(await page.getByText('The whole gateway').count(), 0);
    await console.assertAccessible();
    await page.getByText('for the operator').press('Enter');
    await page.getByLabel('User name').fill(adminCredentials.username);
    await page.getByLabel('Password').fill(adminCredentials.password);
    await page.getByRole('button', { name: 'Log in as the operator' }).click();
    await page.getByRole('heading', { name: 'The whole gateway' }).waitFor();
    await page.getByRole('rowheader', { name: 'default' }).waitFor();
    await page.getByText('this one').waitFor();
    await console.assertAccessible();
    await console.look('health');
    assert.equal(status.tenantID, tenantId);
    console.assertClean();
  });
}
