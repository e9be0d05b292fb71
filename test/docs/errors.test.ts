/** Every code has a page that is true of what there is: settings, metrics, commands and headings that it names exist. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { findErrorPage, httpErrorKinds, pageCodes } from '../../src/api/index.ts';
import { printErrors } from '../../src/cli/errors/print-errors.ts';
import { createProgram } from '../../src/cli/program.ts';
import { settingTable } from '../../src/config/index.ts';
import { anchorOf, commandErrorKinds, errorPages } from '../../src/error-pages/index.ts';
import { completedEnds, errorKinds } from '../../src/kit/index.ts';
import { metricTable } from '../../src/metrics/index.ts';
import { createWorld, post } from '../api/api-world.ts';

const codes = [
  ...Object.keys(errorKinds),
  ...Object.keys(httpErrorKinds),
  ...Object.keys(completedEnds),
  ...Object.keys(commandErrorKinds),
].sort();

const texts = Object.entries(errorPages).map(([code, { what, causes, steps, again }]) => ({
  code,
  text: [what, ...causes, ...steps, again].join('\n'),
}));

/** What stands in backticks. */
const quoted = texts.flatMap(({ code, text }) =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => ({ code, word })),
);

test('every code has a page, and every page a code', () => {
  assert.deepEqual([...pageCodes].sort(), codes);
  assert.deepEqual(readdirSync('docs/errors').sort(), codes.map((code) => `${code}.md`).sort());
  const index = readFileSync('docs/errors.md', 'utf8');
  for (const code of codes) assert.ok(index.includes(`[\`${code}\`](errors/${code}.md)`), code);
});

test('every page says what happened, where it shows, why, what to do and whether to try again', () => {
  for (const code of pageCodes) {
    const page = findErrorPage(code);
    assert.ok(page !== undefined, code);
    const { what, where, causes, steps, again, see } = page;
    for (const part of [where, causes, steps, see]) assert.ok(part.length > 0, `${code} leaves something out`);
    assert.ok(what.length > 20 && again.length > 10, code);
    for (const text of [what, again, ...causes, ...steps]) assert.match(text, /[.?)`]$/, `${code}: ${text}`);
  }
  assert.equal(findErrorPage('toString'), undefined);
});

test('settings, metrics and codes that a page names are there', () => {
  const settings = new Set<string>(settingTable.map(({ name }) => name));
  const metrics = new Set<string>(metricTable.map(({ name }) => name));
  const prefixes = new Set(codes.map((code) => code.split('.')[0]));
  let count = 0;
  for (const { code, word } of quoted) {
    // The command line reads further variables itself, and one is Node's.
    const variable = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![A-Z0-9_])/.exec(word)?.[0];
    const isOfCommands = /^(?:NODE_EXTRA_CA_CERTS|OUTDIAL_(?:GATEWAY|TENANT|USERNAME|PASSWORD))$/.test(variable ?? '');
    if (variable !== undefined && !isOfCommands) {
      assert.ok(settings.has(variable), `${code} names the setting ${variable}`);
      count += 1;
    }
    const metric = /^outdial_\w+|^process_\w+/.exec(word)?.[0];
    if (metric !== undefined) assert.ok(metrics.has(metric), `${code} names the metric ${metric}`);
    const [prefix = ''] = word.split('.');
    const isEvent = /^(?:call|command|config|recording|turn)\./.test(word) && !codes.includes(word);
    if (/^[a-z]+\.[a-z-]+$/.test(word) && prefixes.has(prefix) && !isEvent) {
      assert.ok(codes.includes(word), `${code} names the code ${word}`);
    }
  }
  assert.ok(count > 100, `${count} settings named`);
});

test('commands that a page names can be given', () => {
  const ports = new Proxy({}, { get: () => () => undefined }) as Parameters<typeof createProgram>[0];
  const program = createProgram(ports);
  let count = 0;
  for (const { code, word } of quoted) {
    const words = /^outdial ([a-z -]*)/.exec(word)?.[1]?.trim().split(/\s+/) ?? [];
    if (words.length === 0 || words[0] === '' || words[0]?.startsWith('-') === true) continue;
    let command = program;
    for (const name of words) {
      const next = command.commands.find((each) => each.name() === name);
      if (next !== undefined) command = next;
    }
    assert.notEqual(command, program, `${code} names ${word}`);
    for (const [option] of word.matchAll(/(?<=\s)--[a-z]+(?:-[a-z]+)*/g)) {
      const known = [...command.options, ...(command.parent?.options ?? [])].map(({ long }) => long);
      assert.ok(['--help', ...known].includes(option), `${code} names ${word}`);
    }
    count += 1;
  }
  assert.ok(count > 40, `${count} commands named`);
});

test('pages lead to headings that are there', () => {
  const headings = new Map<string, Set<string>>();
  const anchorsOf = (file: string): Set<string> => {
    const known = headings.get(file);
    if (known !== undefined) return known;
    const found = readFileSync(`docs/${file}`, 'utf8').matchAll(/^#{1,4} (.+)$/gm);
    const anchors = new Set([...found].map(([, heading = '']) => anchorOf(heading)));
    headings.set(file, anchors);
    return anchors;
  };
  for (const code of pageCodes) {
    const text = readFileSync(`docs/errors/${code}.md`, 'utf8');
    for (const [, file = '', anchor] of text.matchAll(/\]\(\.\.\/([\w-]+\.md)(?:#([\w-]+))?\)/g)) {
      const anchors = anchorsOf(file);
      if (anchor !== undefined) assert.ok(anchors.has(anchor), `${code}: docs/${file} has no #${anchor}`);
    }
  }
});

test('outdial errors prints a page within the width of the terminal, and proposes the nearest code', () => {
  const view = { isStyled: false, columns: 72 };
  for (const code of pageCodes) {
    const { text, exitCode } = printErrors({ code, isJson: false }, view);
    assert.equal(exitCode, 0);
    assert.ok(text.startsWith(`${code}\n`) && text.includes('\nWhat to do\n1. '), code);
    for (const line of text.split('\n')) {
      assert.ok(
        line.length <= 72 ||
          !line
            .trim()
            .replace(/^(?:-|\d\.) /, '')
            .includes(' '),
        `${code}: ${line}`,
      );
    }
  }
  const unknown = printErrors({ code: 'sip.buzy', isJson: false }, view);
  assert.equal(unknown.exitCode, 2);
  assert.match(unknown.text, /nearest one is sip\.busy/);
  const all = printErrors({ isJson: false }, view).text;
  for (const code of codes) assert.ok(all.includes(code), code);
  const { code, steps }: Record<string, unknown> = JSON.parse(
    printErrors({ code: 'sip.busy', isJson: true }, view).text,
  );
  assert.equal(code, 'sip.busy');
  assert.ok(Array.isArray(steps) && steps.length > 0);
});

test('a failure names the page of its code, and the gateway serves it', async () => {
  const world = createWorld();
  const refused: Record<string, unknown> = (await post(world, { to: 'bob' })).json();
  assert.equal(refused['docs'], '/docs/errors/request.bad-uri');
  const page = await world.app.inject('/docs/errors/request.bad-uri');
  assert.equal(page.statusCode, 200);
  assert.match(String(page.headers['content-type']), /^text\/html/);
  assert.match(String(page.headers['content-security-policy']), /^default-src 'none'; style-src 'sha256-/);
  assert.match(page.body, /<h1>request\.bad-uri<\/h1>/);
  assert.ok(page.body.includes('<code>tel:+15551234</code>') && !/<(?:script|img|link)/.test(page.body));
  assert.ok(page.body.includes('<code>%XX</code>'));
  const index = await world.app.inject('/docs/errors');
  for (const code of codes) assert.ok(index.body.includes(`href="/docs/errors/${code}"`), code);
  assert.equal((await world.app.inject('/docs/errors/nothing')).statusCode, 404);
  assert.equal((await world.app.inject({ method: 'POST', url: '/docs/errors/sip.busy' })).statusCode, 405);
});
