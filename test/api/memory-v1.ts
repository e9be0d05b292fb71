/** What the routes under /v1 need, over a store in memory and without calls behind it. */
import type { ApiPorts } from '../../src/api/index.ts';
import { err, gatewayError, ok } from '../../src/kit/index.ts';
import { createMemoryStore } from '../../src/store/index.ts';

export function memoryV1(ports: Partial<ApiPorts['v1']> = {}): ApiPorts['v1'] {
  return {
    store: createMemoryStore(),
    owner: { nodeId: 'test', epoch: 1 },
    wallMs: () => 1_700_000_000_000,
    after: () => () => undefined,
    control: async () => err(gatewayError('call.is-over', 'The call is over.')),
    wakeOutbox: () => undefined,
    feed: { watch: () => () => undefined },
    deleteArtifacts: async () => ok({}),
    openRecording: async () => undefined,
    tracesSoFar: () => undefined,
    readTrace: async () => undefined,
    linkSecret: 'a secret of the tests',
    ...ports,
  };
}
