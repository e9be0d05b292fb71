// What the reader of README.md and docs/command-line.md will see: real output, captured in a pseudo terminal of 80 columns (util-linux
// `script`) and written between the marks in these files. usage: npm run docs:terminal
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

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

/** The call itself, without how it was placed and what is kept of it. */
const conversation = /^ +0\.00 {2}call [^]*?\n\n[^]*?(?=\n\n)/m.exec(demo.text)?.[0] ?? '';
write('README.md', 'conversation', conversation);
write('docs/command-line.md', 'demo', `$ npx outdial demo --stay\n${demo.text}`);
write('docs/command-line.md', 'follow', `$ npx outdial call ${sessionId}\n${follow.text}`);
write('docs/command-line.md', 'talk', `$ npx outdial talk --say 'who is calling?' --say yes -c name=Ann\n${talk.text}`);

function write(file, name, text) {
  const page = readFileSync(file, 'utf8');
  const marks = new RegExp(`(<!-- terminal: ${name} -->\n)[^]*?(<!-- end -->)`);
  if (!marks.test(page)) throw new Error(`${file} has no place for ${name}`);
  const block = `\`\`\`text\n${text.replace(/^\n+/, '').trimEnd()}\n\`\`\``;
  writeFileSync(
    file,
    page.replace(marks, (_, begin, end) => `${begin}\n${block}\n\n${end}`),
  );
}
