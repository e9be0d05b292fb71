// `npm run docs:picture`: docs/call-page.png, the page of a real call at the console of a real gateway. Best on a quiet machine.
import { openConsoleWorld } from '../test/console/console-world.ts';

const world = await openConsoleWorld();
try {
  const sessionId = await world.startCall();
  await world.whenOver(sessionId);
  await using console = await world.open(`/calls/${sessionId}`);
  const { page } = console;
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByRole('button', { name: /See where turn \d spent it/ }).click();
  await page.getByText('What it is').waitFor();
  await page.mouse.move(0, 0);
  // The outline of the voices is drawn in slices.
  await page.waitForTimeout(1000);
  await page.screenshot({ path: 'docs/call-page.png', fullPage: true, scale: 'css' });
} finally {
  await world.close();
}
