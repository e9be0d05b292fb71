/** The guides of docs/: every link leads somewhere, every name exists, and every piece of code is one of an example that runs. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, it } from 'node:test';
import { createProgram, type ProgramActions } from '../../src/cli/program.ts';

const guides = [
  'README',
  'concepts',
  'connect-a-trunk',
  'getting-started',
  'move-from-voice-gateway',
  'read-a-call-page',
  'testing',
  'tune-turn-taking',
].map((name) => `docs/${name}.md`);

const examples = readdirSync('examples', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'));

/** Names of the printed pages: settings, also those without effect, and what the command line reads. */
const variables = new Set(
  ['docs/configuration.md', 'docs/command-line.md'].flatMap(
    (page) => readFileSync(page, 'utf8').match(/(?<=`)[A-Z][A-Z_0-9]+(?=`)/g) ?? [],
  ),
);
const settingName =
  /\b(?:OUTDIAL|OUTBOUND_CALLS|WATSON|SIP|SDP|HTTPS?|RTP|REST_API|REPORTING|SMS_GW|TRANSFER|POST_RESPONSE|NOTIFY|ENABLE|STEREO|TTS|ECHO|MAX|MULTI|MEDIA_RELAY|WLP|LOG|METERING|CLUSTER|TRUSTED|WHITELIST|CUSTOM_SIP|PUT_CALLER|DISCONNECT|CONVERSATION)_[A-Z_]*[A-Z]\b/g;

function anchorsOf(page: string): readonly string[] {
  const headings = readFileSync(page, 'utf8').match(/^#+ .*$/gm) ?? [];
  return headings.map((heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function commandPaths(): readonly string[] {
  const paths: string[] = [];
  // Nothing is run: the program is only asked for its names.
  const visit = (command: ReturnType<typeof createProgram>, path: string): void => {
    for (const each of command.commands) {
      paths.push(`${path}${each.name()}`);
      visit(each, `${path}${each.name()} `);
    }
  };
  visit(createProgram({} as ProgramActions), '');
  return paths;
}

const commands = commandPaths();

for (const guide of guides) {
  describe(guide, () => {
    const text = readFileSync(guide, 'utf8');

    it('links to what is there', () => {
      for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(target)) continue;
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? guide : normalize(join(dirname(guide), path));
        assert.ok(existsSync(file), `${target}: there is no ${file}`);
        if (anchor !== undefined) assert.ok(anchorsOf(file).includes(anchor), `${target}: no such heading`);
      }
    });

    it('names settings and commands that exist', () => {
      for (const [name] of text.matchAll(settingName)) {
        assert.ok(variables.has(name), name);
      }
      for (const [, words = ''] of text.matchAll(/\b(?:npx outdial|`outdial) ([a-z]+(?: [a-z]+)?)/g)) {
        const [first = ''] = words.split(' ');
        const isGroup = commands.some((path) => path.startsWith(`${first} `));
        assert.ok(commands.includes(isGroup ? words : first), `outdial ${words}`);
      }
      for (const [, path = ''] of text.matchAll(/\bnode (examples\/\S+)/g)) assert.ok(existsSync(path), path);
    });

    it('shows code of examples that run', () => {
      for (const [, , code = ''] of text.matchAll(/```(js|ts|py|yaml)\n([^]*?)```/g)) {
        assert.ok(
          examples.some((example) => example.includes(code)),
          `no example has this:\n${code}`,
        );
      }
    });
  });
}
