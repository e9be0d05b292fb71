import type { EnginePorts } from '../engine/index.ts';

/** A signal, and what sets it off. */
export function newAbort(): ReturnType<EnginePorts['newAbort']> {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    abort: () => {
      controller.abort();
    },
  };
}
