import { randomFillSync } from 'node:crypto';
import type { Random } from '../kit/index.ts';

/** Randomness fit for tags, branches and identifiers, drawn from the system in blocks. */
export function createNodeRandom(): Random {
  const block = new Uint32Array(256);
  let used = block.length;
  return {
    uint32() {
      if (used === block.length) {
        randomFillSync(block);
        used = 0;
      }
      const value = block[used] ?? 0;
      used += 1;
      return value;
    },
  };
}
