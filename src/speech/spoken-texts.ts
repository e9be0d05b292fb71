/**
 * Audio of spoken texts, kept for the next call that says the same (specification §9.4): an entry goes when it has not
 * been used for its time, or when there is no room and it was used longest ago.
 */

interface Entry {
  readonly pcm: Int16Array;
  expiresAtMs: number;
  ttlMs: number;
}

export class SpokenTexts {
  readonly #limitBytes: number;
  /** In the order of last use, oldest first. */
  readonly #entries = new Map<string, Entry>();
  #sizeBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** The audio, if it was used within `ttlMs` of whoever asks; its time then begins anew. */
  find(key: string, ttlMs: number, nowMs: number): Int16Array | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const lastUsedAtMs = entry.expiresAtMs - entry.ttlMs;
    if (nowMs >= lastUsedAtMs + ttlMs) {
      if (nowMs >= entry.expiresAtMs) this.#forget(key, entry);
      return undefined;
    }
    this.#entries.delete(key);
    this.#entries.set(key, { pcm: entry.pcm, ttlMs, expiresAtMs: nowMs + ttlMs });
    return entry.pcm;
  }

  /** Keeps `pcm` itself. Audio larger than the whole store is not kept. */
  keep(key: string, pcm: Int16Array, ttlMs: number, nowMs: number): void {
    const known = this.#entries.get(key);
    if (known !== undefined) this.#forget(key, known);
    const size = sizeOf(key, pcm);
    if (size > this.#limitBytes || ttlMs <= 0) return;
    this.#entries.set(key, { pcm, ttlMs, expiresAtMs: nowMs + ttlMs });
    this.#sizeBytes += size;
    for (const [oldKey, old] of this.#entries) {
      // What was used after it may have a shorter time and is found out when it is asked for.
      if (this.#sizeBytes <= this.#limitBytes && nowMs < old.expiresAtMs) return;
      this.#forget(oldKey, old);
    }
  }

  #forget(key: string, { pcm }: Entry): void {
    this.#entries.delete(key);
    this.#sizeBytes -= sizeOf(key, pcm);
  }
}

/** Keys count with two bytes a character. */
function sizeOf(key: string, pcm: Int16Array): number {
  return pcm.byteLength + 2 * key.length;
}
