// What the reader of docs/command-line.md will see: real output, captured in a pseudo terminal of 80 columns (util-linux `script`) and
// written between the marks in the file. usage: npm run docs:terminal
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const file = 'docs/command-line.md';
const program = 'dist/src/cli/outdial.js';

/** Resolves when the command has ended, or has printed what `until` looks for; `stop` ends it then. */
function capture(args, environment, until) {
  const words = [process.execPath, program, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', `stty cols 80; exec ${words}`, '/dev/null'], {
    env: { ...process.env, NO_COLOR: '1', TERM: 'xterm', ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  const seen = () => text.replaceAll('\r', '').replaceAll('\u0004\b\b', '');
  return new Promise((resolve) => {
    const end = () => resolve({ text: seen(), stop: () => child.stdin.write('\u0003') });
    child.stdout.setEncoding('utf8').on('data', (more) => {
      text += more;
      if (until?.test(seen())) end();
    });
    child.on('close', end);
  });
}

const demo = await capture(['demo', '--stay'], {}, /\n +API +\S+\n/);
const find = (pattern) => pattern.exec(demo.text)?.[1] ?? '';
const sessionId = find(/console\/calls\/([\da-f-]+)/);
const follow = await capture(['call', sessionId], {
  OUTDIAL_GATEWAY: find(/(http:\/\/[\d.:]+)\/console/),
  OUTDIAL_TENANT: 'demo',
  OUTDIAL_USERNAME: 'demo',
  OUTDIAL_PASSWORD: find(/password (\S+)/),
});
demo.stop();
const talk = await capture(['talk', '--say', 'who is calling?', '--say', 'yes', '-c', 'name=Ann'], {});

let page = readFileSync(file, 'utf8');
const shown = {
  demo: ['npx outdial demo --stay', demo],
  follow: [`npx outdial call ${sessionId}`, follow],
  talk: ["npx outdial talk --say 'who is calling?' --say yes -c name=Ann", talk],
};
for (const [name, [command, { text }]] of Object.entries(shown)) {
  const marks = new RegExp(`(<!-- terminal: ${name} -->\n)[^]*?(<!-- end -->)`);
  if (!marks.test(page)) throw new Error(`${file} has no place for ${name}`);
  page = page.replace(
    marks,
    (_, begin, end) => `${begin}\n\`\`\`text\n$ ${command}\n${text.replace(/^\n+/, '').trimEnd()}\n\`\`\`\n\n${end}`,
  );
}
writeFileSync(file, page);
