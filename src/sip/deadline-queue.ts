/**
 * Who wants to be woken when: a binary heap with one entry per owner, moved in place when its instant changes. Reading the
 * soonest instant costs nothing, changing one costs the logarithm of the number of owners.
 */
export interface DeadlineEntry<T> {
  readonly owner: T;
  atMs: number;
  /** Place in the heap; -1 while not waiting. Only the queue writes it. */
  index: number;
}

export function deadlineEntry<T>(owner: T): DeadlineEntry<T> {
  return { owner, atMs: 0, index: -1 };
}

export class DeadlineQueue<T> {
  readonly #heap: DeadlineEntry<T>[] = [];

  get size(): number {
    return this.#heap.length;
  }

  soonestMs(): number | undefined {
    return this.#heap[0]?.atMs;
  }

  /** Sets when the entry is due; undefined takes it out. */
  schedule(entry: DeadlineEntry<T>, atMs: number | undefined): void {
    if (atMs === undefined) {
      this.#remove(entry);
      return;
    }
    if (entry.index === -1) {
      entry.index = this.#heap.length;
      this.#heap.push(entry);
    }
    entry.atMs = atMs;
    this.#rise(entry);
    this.#sink(entry);
  }

  /** Takes out and returns the owner of the soonest entry that is due, if any is. */
  takeDue(nowMs: number): T | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.atMs > nowMs) return undefined;
    this.#remove(first);
    return first.owner;
  }

  #remove(entry: DeadlineEntry<T>): void {
    if (entry.index === -1) return;
    const last = this.#heap.pop();
    if (last !== undefined && last !== entry) {
      this.#place(last, entry.index);
      this.#rise(last);
      this.#sink(last);
    }
    entry.index = -1;
  }

  #place(entry: DeadlineEntry<T>, index: number): void {
    this.#heap[index] = entry;
    entry.index = index;
  }

  #rise(entry: DeadlineEntry<T>): void {
    for (;;) {
      const parent = this.#heap[(entry.index - 1) >> 1];
      if (entry.index === 0 || parent === undefined || parent.atMs <= entry.atMs) return;
      this.#swap(entry, parent);
    }
  }

  #sink(entry: DeadlineEntry<T>): void {
    for (;;) {
      const left = this.#heap[entry.index * 2 + 1];
      const right = this.#heap[entry.index * 2 + 2];
      const child = left !== undefined && right !== undefined && right.atMs < left.atMs ? right : left;
      if (child === undefined || child.atMs >= entry.atMs) return;
      this.#swap(entry, child);
    }
  }

  #swap(a: DeadlineEntry<T>, b: DeadlineEntry<T>): void {
    const index = a.index;
    this.#place(a, b.index);
    this.#place(b, index);
  }
}
