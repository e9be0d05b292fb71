/** Writes beside the calls: nobody waits for it but who asks. */
export interface FileKeeper<Item> {
  /** Begins to write. */
  keep(item: Item): void;
  /** Resolves when what is being written now is. */
  settle(): Promise<void>;
}

/** `write` never rejects, and says itself what it could not do. */
export function createFileKeeper<Item>(write: (item: Item) => Promise<void>): FileKeeper<Item> {
  const writing = new Set<Promise<void>>();
  return {
    keep(item) {
      const done = write(item).finally(() => writing.delete(done));
      writing.add(done);
    },
    async settle() {
      await Promise.allSettled(writing);
    },
  };
}
