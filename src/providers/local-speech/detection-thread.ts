/** The speech-detection thread: one for all calls. Batches of frames in, probabilities out, in order. */
import { parentPort } from 'node:worker_threads';
import { SpeechDetectorModel } from './speech-detector-model.ts';
import { type ThreadPort, threadPort } from './thread-entry.ts';

export interface DetectionRequest {
  /** Streams that ended and can be forgotten, before the frames are judged. */
  readonly ended: readonly number[];
  /** The stream of each frame. */
  readonly streamIds: readonly number[];
  /** 256 samples at 8 kHz for each entry of `streamIds`. */
  readonly frames: Int16Array<ArrayBuffer>;
}

export interface DetectionReply {
  readonly type: 'judged';
  /** One for each frame of the request; requests are answered in their order. */
  readonly probabilities: Float32Array<ArrayBuffer>;
}

const port: ThreadPort<DetectionRequest, DetectionReply> = threadPort(parentPort);
const model = await SpeechDetectorModel.open();
// The owner waits for an answer before it asks again, so requests never overlap. A failure ends the thread: what the
// model remembers of the calls could no longer be trusted.
port.on('message', (request) => {
  for (const streamId of request.ended) model.forget(streamId);
  void model.judge(request.streamIds, request.frames).then((probabilities) => {
    port.postMessage({ type: 'judged', probabilities }, [probabilities.buffer]);
  });
});
port.postMessage({ type: 'ready' });
