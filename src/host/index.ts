export { createHttpClient, type HttpClient } from './http-client.ts';
export { digest } from './digest.ts';
export { type MediaWorker, startMediaWorker } from './media-worker.ts';
export { monotonicClock } from './monotonic-clock.ts';
export { createNodeRandom } from './node-random.ts';
export { createRecordFiles } from './record-files.ts';
export { openSipSocket, type SipSocket } from './sip-socket.ts';
export { at } from './timers.ts';
