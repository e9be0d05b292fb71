/** What holds of every page of the console. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConsoleWorld } from './console-world.ts';

export function frameTests(world: () => ConsoleWorld): void {
  test('a page loads under its policy, with nothing from elsewhere', async () => {
    await using console = await world().open('/calls');
    await console.page.getByRole('heading', { level: 1 }).waitFor();
    assert.match((await console.page.title()).toLowerCase(), /outdial/);
    await console.assertAccessible();
    console.assertClean();
  });
}
