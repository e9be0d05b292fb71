/**
 * ONNX Runtime for this platform. Whoever installs outdial has the binaries of their own platform in a package of its own
 * (`@outdial/runtime-<platform>-<processor>`), without the install script that fetches what only graphics cards need; in
 * outdial's repository it is `onnxruntime-node`, which those are packed from (ADR 7).
 */
import type * as Runtime from 'onnxruntime-node';
import { runtimePackage, runtimePlatforms } from './runtime-packages.ts';

const { InferenceSession, Tensor } = await load(`${process.platform}-${process.arch}`);
type InferenceSession = Runtime.InferenceSession;
type Tensor = Runtime.Tensor;
export { InferenceSession, Tensor };
export type SessionOptions = Runtime.InferenceSession.SessionOptions;

async function load(platform: string): Promise<typeof Runtime> {
  for (const name of [runtimePackage(platform), 'onnxruntime-node']) {
    try {
      const runtime: { readonly default: typeof Runtime } = await import(name);
      return runtime.default;
    } catch (error) {
      if (!isNotInstalled(error, name)) throw error;
    }
  }
  throw new Error(
    `local speech: the inference runtime ${runtimePackage(platform)} is not installed. ` +
      `There is one for ${runtimePlatforms.join(', ')} (not for musl); install outdial with optional dependencies, ` +
      'or set WATSON_STT_URL and WATSON_TTS_URL to use a service instead',
  );
}

function isNotInstalled(error: unknown, name: string): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'ERR_MODULE_NOT_FOUND' &&
    error.message.includes(`'${name}'`)
  );
}
