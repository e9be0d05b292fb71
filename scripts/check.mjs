// `npm run check`: types, pure types, lint, rooms, format, dead code, generated docs. All at once; prints only what fails.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

const bin = (name) => `node_modules/.bin/${name}`;
const steps = [
  { name: 'types and generated docs', run: docsStep() },
  { name: 'pure types', run: [[bin('tsc'), '-p', 'tsconfig.pure.json']] },
  { name: 'types of the console', run: [[bin('tsc'), '-p', 'console/tsconfig.json']] },
  { name: 'lint', run: [[bin('oxlint'), '--type-aware', '--deny-warnings']] },
  { name: 'rooms', run: [['node', 'scripts/check-rooms.mjs']] },
  { name: 'format', run: [[bin('oxfmt'), '--check', '.']] },
  { name: 'dead code', run: [[bin('knip'), '--no-progress']] },
];

function docsStep() {
  const build = [bin('tsc'), '-p', 'tsconfig.json'];
  return existsSync('scripts/print-docs.ts') ? [build, ['node', 'dist/scripts/print-docs.js', '--check']] : [build];
}

function execute([command, ...args]) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ code: 1, output: String(error) }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

const started = performance.now();
const failed = await Promise.all(
  steps.map(async ({ name, run }) => {
    for (const command of run) {
      const { code, output } = await execute(command);
      if (code !== 0) {
        console.error(`\n✗ ${name}\n${output.trim()}`);
        return true;
      }
    }
    return false;
  }),
);
const count = failed.filter(Boolean).length;
console.log(
  `${count === 0 ? '✓' : '✗'} ${steps.length - count} of ${steps.length} checks passed in ${((performance.now() - started) / 1000).toFixed(1)} s`,
);
process.exit(count === 0 ? 0 : 1);
