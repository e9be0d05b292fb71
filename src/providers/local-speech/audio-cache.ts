/** Audio by key, bounded in bytes; what was used longest ago goes first. Keys count with two bytes a character. */
export class AudioCache {
  readonly #limitBytes: number;
  readonly #entries = new Map<string, Int16Array>();
  #sizeBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get(key: string): Int16Array | undefined {
    const pcm = this.#entries.get(key);
    if (pcm === undefined) return undefined;
    // A Map keeps its order of insertion: put last, it is the newest again.
    this.#entries.delete(key);
    this.#entries.set(key, pcm);
    return pcm;
  }

  /** Keeps `pcm` itself. Audio larger than the whole cache is not kept. */
  set(key: string, pcm: Int16Array): void {
    const known = this.#entries.get(key);
    if (known !== undefined) this.#forget(key, known);
    const size = entryBytes(key, pcm);
    if (size > this.#limitBytes) return;
    this.#entries.set(key, pcm);
    this.#sizeBytes += size;
    for (const [oldKey, oldPcm] of this.#entries) {
      if (this.#sizeBytes <= this.#limitBytes) return;
      this.#forget(oldKey, oldPcm);
    }
  }

  #forget(key: string, pcm: Int16Array): void {
    this.#entries.delete(key);
    this.#sizeBytes -= entryBytes(key, pcm);
  }
}

function entryBytes(key: string, pcm: Int16Array): number {
  return pcm.byteLength + 2 * key.length;
}
