/** Randomness is a port: branches, tags, SSRCs and identifiers come from here, and a seed replays a failure. */
export interface Random {
  /** An integer from 0 to 2^32 - 1, every value equally likely. */
  uint32(): number;
}

/** `digits` lower-case hexadecimal digits (4 bits of randomness each). */
export function randomHex(random: Random, digits: number): string {
  let text = '';
  while (text.length < digits) text += random.uint32().toString(16).padStart(8, '0');
  return text.slice(0, digits);
}

/** A random identifier in the UUID version 4 shape (RFC 9562 §5.4). */
export function randomUuid(random: Random): string {
  const hex = randomHex(random, 32);
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) & 3] ?? '8';
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** A seeded source for simulations and tests (mulberry32: 32 bits of state, period 2^32; not for secrets). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    uint32() {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = state;
      t = Math.imul(t ^ (t >>> 15), t | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return (t ^ (t >>> 14)) >>> 0;
    },
  };
}

/** `ms` longer or shorter by up to a fifth, so that what failed together is not tried again together. Whole ms. */
export function jittered(ms: number, random: Random): number {
  return Math.round(ms * (0.8 + (0.4 * random.uint32()) / 2 ** 32));
}
