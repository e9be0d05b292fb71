// Installs the tarballs of `npm run packages` into an empty folder, as a user would: an empty npm cache, no settings of ours, and a
// registry on loopback that knows only @outdial/*. Then the installed `outdial doctor` has to speak words and understand
// them, and no file of another platform may lie there.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  createReadStream,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

interface Published {
  readonly manifest: { readonly name: string; readonly version: string };
  /** Undefined where the package of a platform was not packed here; npm reads its manifest and leaves it. */
  readonly tarball: string | undefined;
}

/** Of the two that may be imported; the mistake shows that the types are there. */
const typed = `import { dialBot, type TestedCall } from 'outdial/testing';
import { createOutdialClient, type OutdialClient } from 'outdial/client';
export const client: OutdialClient = createOutdialClient({ baseUrl: 'http://127.0.0.1:9080', tenantId: 'default' });
export const call: Promise<TestedCall> = dialBot({ bot: ({ event }) => (event === 'start' ? 'Hello.' : undefined) });
// @ts-expect-error
export const wrong: Promise<number> = dialBot({ bot: 'dialog.yaml' });
`;
const packages = resolve('dist/packages');
const models = readPackage('models');
const outdial = readPackage('outdial');
const optional: Readonly<Record<string, string>> = JSON.parse(
  JSON.stringify(readManifest('outdial')['optionalDependencies']),
);
const here = `${process.platform}-${process.arch}`;

function readManifest(folder: string): Record<string, unknown> {
  const manifest: Record<string, unknown> = JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8'));
  return manifest;
}

function readPackage(folder: string): Published {
  const manifest: Published['manifest'] = JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8'));
  const tarball = `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`;
  return { manifest, tarball };
}

function runtimeOf(name: string, version: string): Published {
  const platform = name.replace('@outdial/runtime-', '');
  if (platform === here) return readPackage(`runtime-${platform}`);
  const [os = '', cpu = ''] = platform.split('-');
  return { manifest: { name, version, ...{ os: [os], cpu: [cpu] } }, tarball: undefined };
}

async function openRegistry(published: readonly Published[]): Promise<Server> {
  const registry = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1);
    const found = published.find(({ manifest, tarball }) => manifest.name === path || `files/${tarball}` === path);
    if (found === undefined) return response.writeHead(404).end();
    const { manifest, tarball } = found;
    if (tarball !== undefined && path !== manifest.name)
      return createReadStream(join(packages, tarball)).pipe(response);
    const bytes = tarball === undefined ? '' : readFileSync(join(packages, tarball));
    const dist = {
      tarball: `${urlOf(registry)}files/${tarball ?? 'none.tgz'}`,
      integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
    };
    const { name, version } = manifest;
    return response.end(
      JSON.stringify({ name, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist } } }),
    );
  });
  await new Promise<void>((onListening) => registry.listen(0, '127.0.0.1', onListening));
  return registry;
}

function urlOf(registry: Server): string {
  const address = registry.address();
  if (address === null || typeof address === 'string') throw new Error('the registry does not listen');
  return `http://127.0.0.1:${address.port}/`;
}

/** Resolves with what the command printed; rejects unless it ends with one of the exit codes. */
async function run(folder: string, command: readonly string[], exitCodes: readonly number[]): Promise<string> {
  const [program = '', ...args] = command;
  // npm tells its scripts its own settings in the environment; who installs has none of them.
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const child = spawn(program, args, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  const code = await new Promise<number | null>((onClose, onError) => child.on('close', onClose).on('error', onError));
  if (code === null || !exitCodes.includes(code))
    throw new Error(`${command.join(' ')} ended with ${code}:\n${output}`);
  return output;
}

/** Starts the installed gateway, and ends it. */
async function lookAtPages(folder: string): Promise<void> {
  const { PATH } = process.env;
  const environment = { PATH, HTTP_PORT: '0', SIP_PORT: '0', HTTPS_PORT: '0', OUTDIAL_DATA_DIR: join(folder, 'data') };
  const entry = join(folder, 'node_modules/outdial/dist/src/cli/outdial.js');
  const child = spawn(process.execPath, [entry, 'serve'], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const url = await new Promise<string>((onReady, onError) => {
      let log = '';
      child.stdout.on('data', (chunk) => {
        log += String(chunk);
        const found = /"http":"([^"]+)"/.exec(log)?.[1];
        if (found !== undefined) onReady(found);
      });
      child.on('exit', () => {
        onError(new Error(`outdial serve did not start:\n${log}`));
      });
    });
    for (const [path, shown] of [
      ['/docs', '/docs/reference.js'],
      ['/docs/reference.js', 'createApiReference'],
      ['/docs/page.js', '/v1/openapi.json'],
      ['/docs/errors/sip.busy', '<h1>sip.busy</h1>'],
      ['/console', '<script'],
    ] as const) {
      const response = await fetch(`${url}${path}`);
      const text = await response.text();
      if (response.status !== 200 || !text.includes(shown)) throw new Error(`${path}: ${response.status}`);
    }
  } finally {
    child.removeAllListeners('exit');
    child.kill();
  }
}

function secondsSince(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}

const folder = mkdtempSync(join(tmpdir(), 'outdial-install-'));
const registry = await openRegistry([models, ...Object.entries(optional).map((entry) => runtimeOf(...entry))]);
try {
  writeFileSync(join(folder, '.npmrc'), `@outdial:registry=${urlOf(registry)}\ncache=${join(folder, 'npm-cache')}\n`);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const startedAt = performance.now();
  await run(folder, ['npm', 'install', '--no-audit', '--no-fund', join(packages, outdial.tarball ?? '')], [0]);
  const size = execFileSync('du', ['-sm', 'node_modules'], { cwd: folder, encoding: 'utf8' });
  console.log(`installed in ${secondsSince(startedAt)}, ${Number.parseInt(size, 10)} MB in node_modules`);

  const ours = readdirSync(join(folder, 'node_modules/@outdial')).toSorted();
  if (ours.join() !== ['models', `runtime-${here}`].join()) throw new Error(`unexpected packages: ${ours.join()}`);
  for (const name of ['onnxruntime-node', '@usefulsensors', '@huggingface', 'sharp']) {
    if (statSync(join(folder, 'node_modules', name), { throwIfNoEntry: false }) !== undefined) {
      throw new Error(`${name} was installed`);
    }
  }

  // What may be imported, and its types, as somebody's own tests of a bot have it.
  cpSync('examples', join(folder, 'examples'), { recursive: true });
  await run(folder, ['node', '--test', 'examples/unit-test/reminder.test.mjs'], [0]);
  writeFileSync(join(folder, 'typed.mts'), typed);
  const strictly = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--skipLibCheck'];
  await run(folder, [resolve('node_modules/.bin/tsc'), ...strictly, 'typed.mts'], [0]);
  console.log('outdial/testing runs an example; its types and those of outdial/client are found');

  const beganAt = performance.now();
  // 1: something about this machine may be wrong for calls; what counts here is the speech.
  const report = await run(folder, ['npx', '--no-install', 'outdial', 'doctor', '--json'], [0, 1]);
  const { checks }: { checks: readonly { name: string; status: string; detail: string }[] } = JSON.parse(report);
  const speech = checks.find(({ name }) => name === 'speech');
  if (speech?.status !== 'good') throw new Error(`the installed outdial: speech is ${JSON.stringify(speech)}`);
  console.log(`speech: ${speech.detail} (doctor: ${secondsSince(beganAt)})`);

  await lookAtPages(folder);
  console.log('the installed gateway serves /docs, /docs/errors and /console');
} finally {
  registry.close();
  rmSync(folder, { recursive: true, force: true });
}
