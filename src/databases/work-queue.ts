/** Group commit: while one batch is being written, what comes meanwhile becomes the next. */
import { err, type GatewayError, gatewayError, type Result } from '../kit/index.ts';

type Outcome = Result<unknown, GatewayError>;

interface Waiting<Work> {
  readonly work: Work;
  readonly settle: (outcome: Outcome) => void;
}

export interface WorkQueue<Work> {
  /** Never rejects. */
  add(work: Work): Promise<Outcome>;
  /** Takes nothing more; resolves when all that was taken is done. */
  close(): Promise<void>;
}

/** How much goes into one transaction: bounds how long a piece of work waits for the others. */
export interface BatchLimits<Work> {
  readonly works: number;
  /** The sum of what `weigh` gives; a single work may weigh more. */
  readonly weight: number;
  readonly weigh: (work: Work) => number;
}

/** `run` carries out a batch, in its order, and gives an outcome for each; what it throws is the outcome of all. */
export function createWorkQueue<Work>(
  run: (batch: readonly Work[]) => Promise<readonly Outcome[]>,
  limits: BatchLimits<Work> = { works: 512, weight: Infinity, weigh: () => 1 },
): WorkQueue<Work> {
  const waiting: Waiting<Work>[] = [];
  let running: Promise<void> | undefined;
  let isClosed = false;

  function nextBatch(): Waiting<Work>[] {
    let [count, weight] = [0, 0];
    for (const { work } of waiting) {
      weight += limits.weigh(work);
      if (count > 0 && (count >= limits.works || weight > limits.weight)) break;
      count++;
    }
    return waiting.splice(0, count);
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = nextBatch();
      let outcomes: readonly Outcome[];
      try {
        outcomes = await run(batch.map(({ work }) => work));
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        outcomes = batch.map(() => err(gatewayError('store.unavailable', `The database failed: ${message}`)));
      }
      for (const [index, { settle }] of batch.entries()) settle(outcomes[index] ?? notDone());
    }
    running = undefined;
  }

  return {
    add: (work) =>
      new Promise((settle) => {
        if (isClosed) {
          settle(notDone());
          return;
        }
        waiting.push({ work, settle });
        // What is handed over in the same turn of the loop is one batch.
        running ??= Promise.resolve().then(drain);
      }),
    close: async () => {
      isClosed = true;
      await running;
    },
  };
}

function notDone(): Outcome {
  return err(gatewayError('store.unavailable', 'The store is closed.'));
}
