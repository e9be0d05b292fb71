/** Entry of a media thread: RTP sockets, the pacer and the speech sockets of all its calls. Started by `media-threads`. */
import { isIPv6, SocketAddress } from 'node:net';
import { constants, setPriority } from 'node:os';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { createMediaCore, type MediaCommand, type MediaCore, type MediaEvent } from '../media/index.ts';
import { createCheckedFetch } from './checked-fetch.ts';
import { fetchAudio } from './fetch-audio.ts';
import type { FromMediaThread, MediaThreadOptions, ToMediaThread } from './media-messages.ts';
import { MediaPacer } from './media-pacer.ts';
import { createMediaSpeech, type MediaSpeech } from './media-speech.ts';
import { Recordings, type WavRecording } from './media-recording.ts';
import { monotonicClock } from './monotonic-clock.ts';
import { createNodeRandom } from './node-random.ts';
import { openOpus, warmUpOpus } from './opus-library.ts';
import { RemoteSpeech } from './remote-speech.ts';
import type { ThreadNews } from './restarting-thread.ts';
import { RtpPorts } from './rtp-ports.ts';
import { RtpSockets } from './rtp-sockets.ts';

/** How long `closed` waits for the recording to be complete on disk. */
const recordingPatienceMs = 2000;

/** The beat is told about so often: every 5 s. */
const paceTicks = 250;

class MediaThread {
  readonly #port: MessagePort;
  readonly #engines = new RemoteSpeech();
  readonly #speech: MediaSpeech;
  readonly #sockets: RtpSockets;
  readonly #core: MediaCore;
  readonly #pacer = new MediaPacer((nowMs, skippedFrames) => this.#tick(nowMs, skippedFrames));
  /** Since the beat was told about. */
  #skippedTicks = 0;
  readonly #recorder: Recordings;
  readonly #recordings = new Map<string, WavRecording>();
  /** Calls that are closed but for their recording. */
  readonly #closing = new Map<string, Promise<void>>();

  constructor(port: MessagePort, options: MediaThreadOptions) {
    this.#port = port;
    const { rtpPorts, portTable, threadNumber } = options;
    const random = createNodeRandom();
    this.#recorder = new Recordings(options.recordingReserveBytes);
    this.#sockets = new RtpSockets(
      rtpPorts,
      new RtpPorts(rtpPorts, random, portTable, threadNumber),
      [options.bindAddress, ...(options.otherBindAddresses ?? [])],
      (...datagram) => this.#core.packet(...datagram),
      (...datagram) => this.#core.controlPacket(...datagram),
    );
    this.#speech = createMediaSpeech(this.#engines, options.speechServices ?? {}, {
      isBusy: () => this.#core.sessionCount > 0,
      tell: (news) => this.#post({ type: 'prompt', news }),
    });
    const send = createCheckedFetch(options.audioDestinations);
    this.#core = createMediaCore({
      openSocket: (sessionId, family) => this.#sockets.open(sessionId, family),
      openSpeech: this.#speech.open,
      openOpus,
      fetchAudio: (...order) => fetchAudio(...order, send),
      openRecording: (sessionId, order, onFailed) => {
        const recording = this.#recorder.open(order, (message) => {
          // The call itself may be over while its last audio is being written.
          if (this.#closing.has(sessionId)) this.#tell(sessionId, { type: 'recording-failed', message });
          else onFailed(message);
        });
        this.#recordings.set(sessionId, recording);
        return recording;
      },
      random,
      nowMs: () => monotonicClock.nowMs(),
      wallOffsetMs: monotonicClock.wallMs() - monotonicClock.nowMs(),
      emit: (sessionId, event) => this.#onEvent(sessionId, event),
      newAbort: () => new AbortController(),
    });
    port.on('message', (message: ToMediaThread) => this.#onMessage(message));
  }

  #onMessage(message: ToMediaThread): void {
    switch (message.type) {
      case 'command':
        if (message.command.type === 'open' && message.command.recording !== undefined) this.#recorder.start();
        this.#core.command(message.sessionId, withCanonicalAddress(message.command), monotonicClock.nowMs());
        if (this.#core.sessionCount > 0) this.#pacer.start();
        else this.#pacer.stop();
        return;
      case 'prepare-prompts':
        this.#speech.preparePrompts(message.orders);
        return;
      case 'use-speech':
        this.#engines.use(message.route);
        return;
      case 'lose-speech':
        this.#engines.lose();
        return;
      case 'shutdown':
        void this.#shutDown();
        return;
      default:
        return message satisfies never;
    }
  }

  #tick(nowMs: number, skippedFrames: number): void {
    this.#core.tick(nowMs, skippedFrames);
    this.#skippedTicks += skippedFrames;
    if (this.#pacer.lateness.count >= paceTicks) this.#tellPace();
  }

  #tellPace(): void {
    const { lateness } = this.#pacer;
    const [p50Ms, p99Ms] = [lateness.quantileMs(0.5), lateness.quantileMs(0.99)];
    const skippedTicks = this.#skippedTicks;
    this.#skippedTicks = 0;
    const droppedPieces = this.#engines.takeDropped();
    this.#post({ type: 'pace', pace: { p50Ms, p99Ms, maxMs: lateness.maxMs, skippedTicks, droppedPieces } });
    lateness.clear();
  }

  #onEvent(sessionId: string, event: MediaEvent): void {
    const recording = this.#recordings.get(sessionId);
    if (event.type !== 'closed' || recording === undefined) {
      this.#tell(sessionId, event);
      return;
    }
    this.#recordings.delete(sessionId);
    this.#closing.set(sessionId, this.#closeAfter(recording, sessionId, event));
  }

  async #closeAfter(recording: WavRecording, sessionId: string, closed: MediaEvent): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, recordingPatienceMs);
    });
    await Promise.race([recording.finished, patience]);
    clearTimeout(timer);
    this.#closing.delete(sessionId);
    this.#tell(sessionId, closed);
  }

  #tell(sessionId: string, event: MediaEvent): void {
    this.#post({ type: 'event', sessionId, event });
  }

  #post(message: FromMediaThread | ThreadNews): void {
    this.#port.postMessage(message);
  }

  async #shutDown(): Promise<void> {
    this.#pacer.stop();
    this.#core.close(monotonicClock.nowMs());
    await Promise.all(this.#closing.values());
    this.#engines.lose();
    await Promise.all([this.#speech.close(), this.#recorder.close()]);
    this.#post({ type: 'done' });
    this.#port.close();
  }
}

/** IPv6 addresses have many spellings; packets arrive under the canonical one. */
function withCanonicalAddress(command: MediaCommand): MediaCommand {
  if (command.type !== 'connect' || !isIPv6(command.remote.remoteAddress)) return command;
  const { address } = new SocketAddress({ address: command.remote.remoteAddress, family: 'ipv6' });
  return { ...command, remote: { ...command.remote, remoteAddress: address } };
}

/**
 * Asks to be scheduled before the threads of inference, which take all the time there is. On Linux this concerns the
 * calling thread alone; without the privilege (CAP_SYS_NICE) everything works as before, only less evenly under load.
 */
function preferThisThread(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, constants.priority.PRIORITY_HIGH);
  } catch {
    // Not allowed here.
  }
}

if (parentPort !== null) {
  preferThisThread();
  const options = workerData as MediaThreadOptions;
  if (options.isOpusLikely === true) warmUpOpus();
  void new MediaThread(parentPort, options);
  parentPort.postMessage({ type: 'ready' } satisfies ThreadNews);
}
