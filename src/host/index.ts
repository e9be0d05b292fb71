export type { Resolve } from './checked-lookup.ts';
export { createHttpClient, type HttpClient } from './http-client.ts';
export { type MediaWorker, startMediaWorker } from './media-worker.ts';
export { monotonicClock } from './monotonic-clock.ts';
export { createNodeRandom } from './node-random.ts';
export { createRecordFiles } from './record-files.ts';
export { openSipSocket, type SipSocket } from './sip-socket.ts';
export { readTlsIdentity } from './tls-identity.ts';
export { at } from './timers.ts';
