export { createHttpClient, type HttpClient } from './http-client.ts';
export { type MediaWorker, startMediaWorker } from './media-worker.ts';
export { monotonicClock } from './monotonic-clock.ts';
export { createNodeRandom } from './node-random.ts';
export { createRecordFiles } from './record-files.ts';
export { openProcessMeter, type ProcessMeter } from './process-meter.ts';
export { openSipSocket, type SipSocket } from './sip-socket.ts';
export { at } from './timers.ts';
export { checkWritableDirectory } from './writable-directory.ts';
