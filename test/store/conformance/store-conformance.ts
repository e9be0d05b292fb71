/** What every durable store must do. Run it in a test file of its own; `open` gives an empty store each time. */
import { callsConformance } from './calls-conformance.ts';
import { deliveriesConformance } from './deliveries-conformance.ts';
import { nodesConformance } from './nodes-conformance.ts';
import { randomChangesConformance } from './random-changes.ts';
import { statisticsConformance } from './statistics-conformance.ts';
import type { OpenEmptyStore } from './store-world.ts';

/** `randomRuns`: how many random sequences of changes are compared with the memory store. */
export function storeConformance(name: string, open: OpenEmptyStore, randomRuns = 100): void {
  callsConformance(name, open);
  deliveriesConformance(name, open);
  nodesConformance(name, open);
  statisticsConformance(name, open);
  randomChangesConformance(name, open, randomRuns);
}
