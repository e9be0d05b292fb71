/** The time axis of a call's page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import type { CallRecord } from '../../src/reports/index.ts';
import type { ConsolePage } from './console-page.ts';
import { type ConsoleWorld, until } from './console-world.ts';
import { largeCallId, serveLargeCall } from './large-call.ts';

export function axisTests(world: () => ConsoleWorld): void {
  test('the axis is gone through by keyboard, and the wait of a turn opens with its parts, as the record has them', async () => {
    await using console = await openCall(world());
    const { page } = console;
    const axis = axisOf(page);
    await axis.focus();
    // What the keyboard has come to is read out; each is named once, and Tab leaves behind the last one.
    const seen = await tabThrough(page, /^Turn 1: the callee waited/);
    assert.ok(
      seen.some((name) => name.startsWith('INVITE sip:')),
      seen.join('\n'),
    );
    await page.keyboard.press('Enter');
    const turn = page.getByRole('region', { name: 'Turn 1', exact: true });
    const parts = await turn.locator('tbody td:nth-of-type(2)').allTextContents();
    const record = (await world().client.getRecord({
      sessionId: await world().finishedCall(),
    })) as unknown as CallRecord;
    const sumMs = parts.reduce((sum, text) => sum + Number(/^\d+/.exec(text)?.[0]), 0);
    const { responseMs } = record.latencies[1] ?? assert.fail();
    assert.ok(Math.abs(sumMs - (responseMs ?? NaN)) <= parts.length, `${parts.join(' + ')} is not ${responseMs} ms`);
    await console.assertAccessible();
    await console.look('axis-turn');
    await page.getByRole('button', { name: 'As a table' }).click();
    const row = page.getByRole('row').filter({ hasText: 'INVITE sip:' }).first();
    await row.getByRole('button').click();
    assert.match((await page.locator('.axis-now').textContent()) ?? '', /^0:0/);
    await console.assertAccessible();
    console.assertClean();
  });

  test('the recording plays, one side of it too, and the cursor runs with it', async () => {
    await using console = await openCall(world());
    const { page } = console;
    const clock = page.locator('.axis-now');
    await page.getByLabel('What is played').selectOption('the callee');
    await page.getByLabel('Speed').selectOption('2');
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    // It begins with the answer, which comes after more than a second, and goes on.
    await until('the cursor has run for some seconds', async () => Number((await clock.textContent())?.slice(2)) > 3);
    await page.getByRole('button', { name: 'Pause' }).click();
    const paused = await clock.textContent();
    const axis = axisOf(page);
    await axis.focus();
    await page.keyboard.press('Home');
    assert.equal(await clock.textContent(), '0:00.0');
    await page.keyboard.press('End');
    assert.notEqual(await clock.textContent(), paused);
    console.assertClean();
  });

  test('a call of 5,000 events and 2,000 SIP messages stays smooth and small', async (t) => {
    await using console = await world().open('/calls');
    const { page } = console;
    await page.getByRole('heading', { level: 1 }).waitFor();
    await serveLargeCall(page, { events: 5000, sip: 2000 });
    await page.goto(`${world().url}/console/calls/${largeCallId}`);
    await page.locator('.axis-of', { hasText: '10:00.0' }).waitFor();
    await page.locator('.axis-label', { hasText: 'SIP' }).waitFor();
    await page.evaluate(watchFrames);
    await untilAtRest(page);
    const costs = await moveAbout(page);
    const { longTasks, added, frames } = await page.evaluate<Watched>('window.watched');
    const nodes = await page.locator('.axis').locator('*').count();
    const sorted = frames.toSorted((a, b) => a - b);
    const percentile = (share: number): number => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
    t.diagnostic(
      `${frames.length} frames: median ${percentile(0.5)} ms, 99 % within ${percentile(0.99)} ms; ${nodes} nodes, ${added} made anew; ` +
        `tasks over 50 ms: ${longTasks.map(Math.round).join(', ') || 'none'}; ` +
        `processor time of the dearest inputs: ${costs
          .toSorted((a, b) => b - a)
          .slice(0, 5)
          .map(Math.round)
          .join(', ')} ms`,
    );
    assert.ok(frames.length > 50, `${frames.length} frames`);
    // What the page's thread has worked for one input, whatever else the machine does meanwhile.
    assert.ok(costs.length > 100, `${costs.length} inputs`);
    assert.deepEqual(
      costs.filter((workMs) => workMs > 200),
      [],
    );
    assert.ok(nodes < 150, `${nodes} nodes`);
    assert.ok(added < 1000, `${added} nodes made while moving`);
    // All the same everything is there: the table has a row for each.
    // By its place: to look for a role among tens of thousands of elements takes the driver long.
    await page.locator('.axis-tools button[aria-pressed]').click();
    const rows = Number(/^\d+/.exec((await page.locator('.axis-table [aria-live]').textContent()) ?? '')?.[0]);
    assert.ok(rows > 7000, `${rows} rows`);
    assert.ok((await page.locator('.axis-table tr').count()) <= 101);
    console.assertClean();
  });
}

interface Watched {
  readonly longTasks: readonly number[];
  readonly added: number;
  readonly frames: readonly number[];
}

const watchFrames = `(() => {
  const watched = (window.watched = { longTasks: [], added: 0, frames: [] });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) watched.longTasks.push(duration);
  }).observe({ type: 'longtask' });
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) watched.added += addedNodes.length;
  }).observe(document.querySelector('.axis'), { childList: true, subtree: true });
  let before = performance.now();
  const frame = (now) => {
    watched.frames.push(now - before);
    before = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})()`;

/** The page has been drawn as a whole: for a second nothing took long. What was counted until then is forgotten. */
async function untilAtRest(page: Page): Promise<void> {
  let before = -1;
  await until('the page has come to rest', async () => {
    const { longTasks } = await page.evaluate<Watched>('window.watched');
    const isAtRest = longTasks.length === before;
    before = longTasks.length;
    if (!isAtRest) await page.waitForTimeout(1000);
    return isAtRest;
  });
  await page.evaluate('window.watched.longTasks.length = window.watched.frames.length = window.watched.added = 0');
}

/** By real input: wheel, drag, pointer, keys, and the strip. Resolves with what each of them cost, in ms of processor time. */
async function moveAbout(page: Page): Promise<readonly number[]> {
  const debug = await page.context().newCDPSession(page);
  await debug.send('Performance.enable', { timeDomain: 'threadTicks' });
  const costs: number[] = [];
  const workedMs = async (): Promise<number> => {
    const { metrics } = await debug.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
  };
  let before = await workedMs();
  const repeat = async (times: number, input: (step: number) => Promise<void>): Promise<void> => {
    for (let step = 0; step < times; step++) {
      await input(step);
      const now = await workedMs();
      costs.push(now - before);
      before = now;
    }
  };
  const axis = await boxOf(axisOf(page));
  const middle = axis.x + axis.width / 2;
  await repeat(25, (step) => page.mouse.move(axis.x + step * 30, axis.y + 60 + step * 8));
  await page.mouse.move(middle, axis.y + 10);
  await repeat(15, () => page.mouse.wheel(0, -80));
  await page.mouse.move(middle, axis.y + 150);
  await page.mouse.down();
  await repeat(25, (step) => page.mouse.move(middle - step * 20, axis.y + 150));
  await page.mouse.up();
  await page.mouse.move(middle, axis.y + 10);
  await repeat(10, () => page.mouse.wheel(0, 100));
  const strip = await boxOf(page.locator('.axis-overview'));
  await page.mouse.move(strip.x + 50, strip.y + 16);
  await page.mouse.down();
  await repeat(25, (step) => page.mouse.move(strip.x + 50 + step * 30, strip.y + 16));
  await page.mouse.up();
  await axisOf(page).focus();
  await repeat(25, () => page.keyboard.press('ArrowRight'));
  await repeat(1, () => page.keyboard.press('0'));
  await repeat(25, () => page.keyboard.press('Tab'));
  return costs;
}

async function openCall(world: ConsoleWorld): Promise<ConsolePage> {
  const sessionId = await world.finishedCall();
  const console = await world.open(`/calls/${sessionId}`);
  await console.page.getByRole('button', { name: 'Play', exact: true }).waitFor();
  await console.page.locator('.axis-label', { hasText: 'MOS' }).waitFor();
  return console;
}

function axisOf(page: Page): Locator {
  return page.getByRole('listbox', { name: 'The call in time' });
}

async function boxOf(element: Locator) {
  return (await element.boundingBox()) ?? assert.fail('it is not on the page');
}

/** Presses Tab until a thing with this name is reached; resolves with the names of all. */
async function tabThrough(page: Page, name: RegExp): Promise<readonly string[]> {
  const seen: string[] = [];
  const now = page.locator('#axis-active');
  for (;;) {
    await page.keyboard.press('Tab');
    const text = (await now.textContent()) ?? '';
    assert.ok(!text.startsWith('Nothing is pointed at'), `left the axis after ${seen.join('\n')}`);
    seen.push(text);
    if (name.test(text)) return seen;
  }
}
