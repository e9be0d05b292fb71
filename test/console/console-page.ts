/** A page of the console in a real browser, and what must hold of every one: no fault, nothing from elsewhere, accessible. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

export const themes = ['light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** A telephone, a small window, a desk. */
export const widths = [390, 820, 1440] as const;
const height = 900;
/** The longest wait for anything on a page but a call. */
const patienceMs = 15_000;

/** Set it to a folder to get pictures of every page that `look` is called for. */
const shotsFolder = process.env['OUTDIAL_CONSOLE_SHOTS'];

export interface PageOptions {
  readonly theme?: Theme;
  readonly width?: number;
  /** Another page in the same window shares its login. */
  readonly beside?: ConsolePage;
}

export interface ConsolePage extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What has gone wrong so far: errors of the console, scripts that threw, requests to elsewhere. */
  readonly faults: readonly string[];
  /** Fails when anything has gone wrong so far. */
  assertClean(): void;
  /** Fails on what axe finds, in both themes. */
  assertAccessible(): Promise<void>;
  /** Pictures in three widths and both themes into `OUTDIAL_CONSOLE_SHOTS`; nothing without it. */
  look(name: string): Promise<void>;
}

/** Debian's chromium, or the one that `CHROMIUM` names. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    // Tests run as root in containers, where chromium's sandbox cannot.
    args: ['--no-sandbox', '--force-color-profile=srgb', '--autoplay-policy=no-user-gesture-required'],
  });
}

export async function openConsolePage(browser: Browser, url: string, options: PageOptions = {}): Promise<ConsolePage> {
  const { theme = 'light', width = 1440, beside } = options;
  const context =
    beside?.context ??
    (await browser.newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion: 'reduce' }));
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const faults: string[] = [];
  const { origin } = new URL(url);
  page.on('pageerror', (error) => {
    faults.push(`a script threw: ${error.message}`);
  });
  page.on('console', (message) => {
    // Violations of the Content-Security-Policy are errors here. A refused request is told by the page itself.
    const isRefusal = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isRefusal) faults.push(`the browser says: ${message.text()}`);
  });
  page.on('request', (request) => {
    const to = new URL(request.url());
    if (to.origin !== origin && to.protocol !== 'blob:' && to.protocol !== 'data:') {
      faults.push(`a request left for ${to.origin}`);
    }
  });
  await page.goto(url);
  const made: ConsolePage = {
    page,
    context,
    faults,
    assertClean() {
      assert.deepEqual(faults, []);
    },
    async assertAccessible() {
      for (const each of themes) {
        await page.emulateMedia({ colorScheme: each });
        assert.deepEqual(await axeFindings(page), [], `axe, ${each}, ${page.url()}`);
      }
      await page.emulateMedia({ colorScheme: theme });
    },
    look: (name) => look(page, name, { width, theme }),
    async [Symbol.asyncDispose]() {
      await (beside === undefined ? context.close() : page.close());
    },
  };
  return made;
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** One line for each element that breaks a rule of WCAG 2.2 A or AA, or what is held good practice. */
async function axeFindings(page: Page): Promise<readonly string[]> {
  // By the debugger, which the page's Content-Security-Policy does not bind.
  if (!(await page.evaluate<boolean>('typeof axe === "object"'))) await page.evaluate(axeSource);
  return page.evaluate<readonly string[]>(`axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }).then(({ violations }) => violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => id + ': ' + help + ' | ' + html.slice(0, 200) + ' | ' + failureSummary)))`);
}

async function look(page: Page, name: string, back: { width: number; theme: Theme }): Promise<void> {
  if (shotsFolder === undefined) return;
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme });
    for (const width of widths) {
      await page.setViewportSize({ width, height });
      await page.screenshot({ path: join(shotsFolder, `${name}-${width}-${theme}.png`), fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: back.theme });
  await page.setViewportSize({ width: back.width, height });
}
