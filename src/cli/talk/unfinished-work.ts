/** What is under way in a typed call: bots that were asked, messages and sounds on their way. When there is nothing, it is the callee's turn. */
export class UnfinishedWork {
  #count = 0;
  #onLess: (() => void) | undefined;

  /** Something begins; the returned function ends it. */
  begin(): () => void {
    this.#count += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#count -= 1;
      this.#onLess?.();
    };
  }

  /** Runs it soon, after what was handed over before. */
  soon(run: () => void): void {
    const end = this.begin();
    setImmediate(() => {
      try {
        run();
      } finally {
        end();
      }
    });
  }

  /** Resolves when nothing is under way, and nothing has come of it either. */
  async done(): Promise<void> {
    for (let quietRounds = 0; quietRounds < 3 || this.#count > 0; quietRounds += 1) {
      if (this.#count > 0) {
        quietRounds = 0;
        await new Promise<void>((resolve) => {
          this.#onLess = resolve;
        });
      } else {
        await new Promise<void>((resolve) => {
          setImmediate(resolve);
        });
      }
    }
  }
}
