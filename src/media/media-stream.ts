/** The media of one call: joins socket, listener, sender, playout, recogniser and recorder. */
import { gatewayError } from '../kit/index.ts';
import { type MediaCommand, type MediaEvent, type NegotiatedAudio, noPackets, type RtpSummary } from './contract.ts';
import { fileSource, textSource } from './audio-source.ts';
import { Background } from './background.ts';
import { CallRecorder } from './call-recorder.ts';
import { sampleRateOf } from './codec.ts';
import { ControlChannel } from './control-channel.ts';
import { frameMs, frameSamplesAt, narrowbandHz } from './frame.ts';
import { NetworkWatch } from './network-watch.ts';
import { KeySender } from './key-sender.ts';
import { KeyTones } from './key-tones.ts';
import type { AudioSource } from './playback.ts';
import { audioUnavailable, Playout } from './playout.ts';
import { QualityLog } from './quality-log.ts';
import type { MediaPorts, RtpSocket } from './ports.ts';
import { ProgressWatch } from './progress-watch.ts';
import type { CallSpeech, ExpectedSpeech, ListeningOptions, SampleRateHz, SpeechSelection } from '../speech/index.ts';
import { RecogniserFeed } from './recogniser-feed.ts';
import { RtpListener } from './rtp-listener.ts';
import { RtpSender } from './rtp-sender.ts';

export type OpenCommand = Extract<MediaCommand, { type: 'open' }>;

/** Frames without sound before what was sent ahead is made up for: concealment of the far end has faded to silence by then. */
const quietFrames = 5;
/** How long after keys have sounded they may come back from the far end. */
const longestEchoMs = 500;

export class MediaStream {
  readonly #ports: MediaPorts;
  readonly #sessionId: string;
  readonly #order: OpenCommand;
  readonly #socket: RtpSocket | undefined;
  readonly #sender: RtpSender | undefined;
  readonly #listener: RtpListener;
  readonly #control: ControlChannel | undefined;
  readonly #playout: Playout;
  readonly #keys: KeySender;
  #background: Background | undefined = undefined;
  #speech: CallSpeech;
  #selection: SpeechSelection | undefined;
  #listening: ListeningOptions;
  /** Of all audio of the call, once somebody has answered; before, of what is prepared. */
  #sampleRateHz: SampleRateHz;
  #callee: Int16Array;
  #bot: Int16Array;
  readonly #networkWatch: NetworkWatch | undefined;
  readonly #quality: QualityLog;
  /** Finds keys in the audio of a callee that has not agreed to telephone events. */
  #tones: KeyTones | undefined = undefined;
  /** Tells what is heard before the answer, and for a while after it whether that is a fax. */
  #progress: ProgressWatch | undefined = undefined;
  #remote: NegotiatedAudio | undefined = undefined;
  #recogniser: RecogniserFeed | undefined = undefined;
  #expected: ExpectedSpeech | undefined = undefined;
  #isListening = false;
  #recorder: CallRecorder | undefined = undefined;
  #recordingStartedAtMs: number | undefined = undefined;
  /** The callee is not listened to. */
  #isPaused = false;
  #isBotMuted = false;
  #isCalleeMuted = false;
  /** Nobody has answered yet. */
  #isEarly = true;
  #isClosed = false;
  /** The frame of the coming tick has been sent already: it is in `#bot`. */
  #isAhead = false;
  /** Frames without sound since the last one with it. */
  #silentFrames = quietFrames;

  /** Binds a port; says `opened` or `failed`. A failed stream only waits for its `close`. */
  constructor(sessionId: string, order: OpenCommand, ports: MediaPorts) {
    this.#ports = ports;
    this.#sessionId = sessionId;
    this.#order = order;
    this.#sampleRateHz = order.likelyRateHz ?? narrowbandHz;
    this.#callee = new Int16Array(frameSamplesAt(this.#sampleRateHz));
    this.#bot = new Int16Array(frameSamplesAt(this.#sampleRateHz));
    const emit = (event: MediaEvent): void => this.#emit(event);
    this.#selection = order.speech;
    this.#listening = order.recognition;
    this.#speech = this.#openSpeech();
    this.#playout = new Playout(ports, emit, () => this.#speakAhead());
    this.#keys = new KeySender(emit);
    this.#listener = new RtpListener(
      order.sourcePolicy,
      (digit, durationMs, atMs) => {
        if (!this.#isEarly) emit({ type: 'digit', digit, durationMs, atMs });
      },
      (samples, from, count, atMs) => {
        this.#tones?.push(samples, from, count, atMs);
        this.#progress?.push(samples, from, count, atMs);
        if (this.#isCalleeSilent() || this.#tones?.isPressed === true) this.#recogniser?.writeSilence(count, atMs);
        else this.#recogniser?.write(samples, from, count, atMs);
      },
      (bytes, atMs) => this.#control?.onCompound(bytes, atMs),
      ports.openOpus,
    );
    const { networkLimits } = order;
    this.#networkWatch = networkLimits === undefined ? undefined : new NetworkWatch(networkLimits);
    const opened = ports.openSocket(sessionId, order.addressFamily);
    this.#socket = opened.ok ? opened.value : undefined;
    this.#listener.socket = this.#socket;
    this.#sender = opened.ok ? new RtpSender(opened.value, ports.random, ports.openOpus) : undefined;
    this.#control =
      opened.ok && this.#sender !== undefined
        ? new ControlChannel(order.sourcePolicy, opened.value, this.#sender, this.#listener, ports)
        : undefined;
    this.#quality = new QualityLog(this.#listener, this.#control);
    emit(opened.ok ? { type: 'opened', port: opened.value.port } : { type: 'failed', error: opened.error });
  }

  onCommand(command: Exclude<MediaCommand, OpenCommand>, nowMs: number): void {
    if (this.#isClosed || (this.#sender === undefined && command.type !== 'close')) return;
    this.#carryOut(command, nowMs);
    this.#speakAhead();
  }

  #carryOut(command: Exclude<MediaCommand, OpenCommand>, nowMs: number): void {
    switch (command.type) {
      case 'connect':
        this.#connect(command.remote, command.isEarly === true, nowMs);
        return;
      case 'prepare':
        this.#playout.prepare(command.playbackId, this.#textSource(command));
        return;
      case 'play':
        this.#playout.play(command.playbackId, this.#textSource(command), nowMs);
        return;
      case 'play-audio': {
        const source = fileSource(
          command.url,
          command.isLooping ? 'loop' : 'file',
          this.#fetchAudio,
          this.#sampleRateHz,
        );
        this.#playout.play(command.playbackId, source, nowMs);
        return;
      }
      case 'play-background':
        this.#playBackground(command);
        return;
      case 'stop-background':
        this.#background?.close();
        this.#background = undefined;
        return;
      case 'send-keys':
        this.#keys.send(command, nowMs);
        return;
      case 'stop-playback':
        this.#keys.stop(nowMs);
        this.#playout.stop(nowMs);
        return;
      case 'pause-playback':
        this.#playout.pause();
        return;
      case 'resume-playback':
        this.#playout.resume();
        return;
      case 'configure-speech':
        this.#configureSpeech(command.speech, command.recognition);
        return;
      case 'expect':
        this.#expected = command.expected;
        this.#recogniser?.expect(command.expected);
        return;
      case 'pause-listening':
        this.#isPaused = true;
        return;
      case 'listen':
        this.#isPaused = false;
        this.#isListening = true;
        if (!this.#isEarly) this.#recogniser ??= this.#openRecogniser();
        return;
      case 'mute':
        if (command.who === 'bot') this.#isBotMuted = command.isMuted;
        else this.#isCalleeMuted = command.isMuted;
        return;
      case 'close':
        this.#close(nowMs);
        return;
      default:
        return command satisfies never;
    }
  }

  onDatagram(bytes: Uint8Array, address: string, port: number, nowMs: number): void {
    if (!this.#isClosed) this.#listener.onDatagram(bytes, address, port, nowMs);
  }

  onControlDatagram(bytes: Uint8Array, address: string, port: number, nowMs: number): void {
    if (!this.#isClosed) this.#control?.onDatagram(bytes, address, port, nowMs);
  }

  /** One frame time of both directions. `skipped` frame times before it went by without a tick. */
  tick(nowMs: number, skipped: number): void {
    const remote = this.#remote;
    if (remote === undefined || this.#isClosed) return;
    if (this.#recorder !== undefined) this.#recordingStartedAtMs ??= nowMs - skipped * frameMs;
    if (skipped > 0) this.#skip(skipped);
    this.#hear(nowMs);
    if (!this.#isEarly) this.#watch(nowMs);
    if (!this.#isAhead) this.#speakOnTime(remote, nowMs);
    this.#recorder?.writeFrame(this.#bot, this.#callee);
    if (this.#isAhead) this.#stayAhead(remote, nowMs);
    this.#control?.tick(nowMs, this.#isAhead ? 2 : 1);
  }

  /** The frame of the coming tick, unless this one may go without. */
  #stayAhead(remote: NegotiatedAudio, nowMs: number): void {
    this.#isAhead = !this.#mayFallBack(remote);
    if (this.#isAhead) this.#speakOnTime(remote, nowMs);
    else this.#sender?.clock.pause();
  }

  /**
   * What begins amid silence does not wait for its tick: its first frame is sent at once, and from then on each tick
   * sends the frame of the next one. Numbers and timestamps go on without a gap, so that this is a packet that comes early,
   * and no talkspurt in the sense of the marker bit, for silence is sent like sound (RFC 3551 §4.1).
   */
  #speakAhead(): void {
    const remote = this.#remote;
    if (remote?.canSend !== true || this.#isClosed || this.#isAhead || this.#isBotMuted) return;
    if (this.#order.isLive === true || this.#silentFrames === 0 || this.#keys.isSending || !this.#playout.hasFrame)
      return;
    this.#isAhead = true;
    this.#speak(remote, this.#ports.nowMs());
  }

  /** Whether a tick may send nothing, so that its frame is again that of its own time. */
  #mayFallBack({ canSend }: NegotiatedAudio): boolean {
    return !canSend || (this.#background === undefined && this.#silentFrames >= quietFrames && !this.#keys.isSending);
  }

  #playBackground({ playbackId, url, attenuationDb }: Extract<MediaCommand, { type: 'play-background' }>): void {
    this.#background?.close();
    const source = fileSource(url, 'loop', this.#fetchAudio, this.#sampleRateHz);
    this.#background = new Background(source, attenuationDb, this.#ports.newAbort(), (reason) => {
      this.#emit({ type: 'playback-failed', playbackId, error: audioUnavailable(reason) });
    });
  }

  #openSpeech(): CallSpeech {
    return this.#ports.openSpeech(this.#sessionId, this.#selection, (service, name) =>
      this.#emit({ type: 'speech-provider', service, ...(name === undefined ? {} : { name }) }),
    );
  }

  #openRecogniser(): RecogniserFeed {
    const { speechToText } = this.#speech;
    const feed = new RecogniserFeed(speechToText, this.#listening, this.#sampleRateHz, (event, isDoubted) =>
      this.#emit({ type: 'recognition', event, ...(isDoubted ? { isDoubted: true } : {}) }),
    );
    if (this.#expected !== undefined) feed.expect(this.#expected);
    return feed;
  }

  #configureSpeech(selection: SpeechSelection, listening: ListeningOptions): void {
    const { stt } = this.#selection ?? {};
    const isSameEar = isSame(stt, selection.stt) && isSameDetection(this.#listening, listening);
    const isSameSpeech = isSame(this.#selection, selection);
    this.#selection = selection;
    this.#listening = listening;
    if (!isSameSpeech) this.#speech = this.#openSpeech();
    if (this.#recogniser === undefined) return;
    if (isSameEar) {
      this.#recogniser.confidenceThreshold = listening.confidenceThreshold;
    } else {
      this.#recogniser.close();
      this.#recogniser = this.#openRecogniser();
    }
  }

  readonly #fetchAudio: MediaPorts['fetchAudio'] = (...order) => this.#ports.fetchAudio(...order);

  #textSource(command: Extract<MediaCommand, { type: 'prepare' | 'play' }>): AudioSource {
    return textSource(command, this.#speech.textToSpeech, this.#fetchAudio, this.#sampleRateHz);
  }

  #connect(remote: NegotiatedAudio, isEarly: boolean, nowMs: number): void {
    const isFirst = this.#isEarly && !isEarly;
    if (this.#isEarly) this.#setRate(sampleRateOf(remote.codec));
    this.#isEarly = isEarly;
    this.#remote = remote;
    this.#listener.expect(remote, this.#sampleRateHz);
    this.#sender?.use(remote.codec, this.#sampleRateHz, remote.opus);
    this.#socket?.encrypt(remote.encryption);
    const isHeardAsTones = !isEarly && remote.telephoneEventPayloadType === undefined;
    this.#watchProgress(isEarly);
    this.#tones = isHeardAsTones ? (this.#tones ?? this.#openTones()) : undefined;
    this.#control?.expect(remote);
    if (!isEarly) this.#control?.start(nowMs);
    if (!remote.canSend) this.#sender?.pause();
    if (isFirst) this.#begin();
  }

  #watchProgress(isEarly: boolean): void {
    this.#progress ??= new ProgressWatch(this.#sampleRateHz, (finding, atMs, isAnswered) =>
      this.#emit({ type: 'progress-sound', ...finding, isAnswered, atMs }),
    );
    if (!isEarly) this.#progress.answered(this.#ports.nowMs());
  }

  #openTones(): KeyTones {
    return new KeyTones(this.#sampleRateHz, (digit, durationMs, atMs) =>
      this.#emit({ type: 'digit', digit, durationMs, isTone: true, atMs }),
    );
  }

  /** Somebody has answered: what waited for the rate of the call is opened. */
  #begin(): void {
    if (this.#isListening) this.#recogniser ??= this.#openRecogniser();
    const { recording } = this.#order;
    if (recording === undefined) return;
    const sampleRateHz = this.#sampleRateHz;
    const sink = this.#ports.openRecording(this.#sessionId, { ...recording, sampleRateHz }, (message) => {
      this.#recorder = undefined;
      this.#emit({ type: 'recording-failed', message });
    });
    this.#recorder = new CallRecorder(recording.layout, sampleRateHz, sink);
  }

  /** Until somebody has answered it follows the codec; then it stays, and codecs that come later are brought to it. */
  #setRate(sampleRateHz: SampleRateHz): void {
    this.#playout.sampleRateHz = sampleRateHz;
    if (sampleRateHz === this.#sampleRateHz) return;
    this.#progress = undefined;
    this.#sampleRateHz = sampleRateHz;
    this.#callee = new Int16Array(frameSamplesAt(sampleRateHz));
    this.#bot = new Int16Array(frameSamplesAt(sampleRateHz));
  }

  /** Takes what is recorded of the callee; the recogniser has heard it when it came. */
  #hear(nowMs: number): void {
    this.#listener.takeFrame(this.#callee, nowMs);
    if (this.#isCalleeSilent()) this.#callee.fill(0);
  }

  /** Silence is heard and recorded in place of the callee. */
  #isCalleeSilent(): boolean {
    return this.#remote?.canReceive !== true || this.#isPaused || this.#isCalleeMuted;
  }

  #speakOnTime(remote: NegotiatedAudio, nowMs: number): void {
    const sentAtMs = this.#speak(remote, nowMs);
    if (sentAtMs !== undefined) this.#sender?.clock.onSent(sentAtMs);
  }

  /** Sends a frame; returns when, if it was sent. */
  #speak(remote: NegotiatedAudio, nowMs: number): number | undefined {
    const sender = this.#sender;
    if (sender === undefined) return undefined;
    if (!remote.canSend) {
      // Held by the callee: speech waits until it can be heard.
      this.#bot.fill(0);
      sender.pass(1);
      return undefined;
    }
    const { guard } = this.#listener;
    const isFirst = sender.packetsSent === 0;
    const sentAtMs =
      this.#sendKeys(sender, remote, nowMs) ?? sender.send(this.#bot, remote.payloadType, guard.address, guard.port);
    if (isFirst) this.#emit({ type: 'first-packet-sent', atMs: sentAtMs });
    this.#playout.onFrameSent(sentAtMs);
    return sentAtMs;
  }

  #watch(nowMs: number): void {
    this.#quality.tick(nowMs);
    if (this.#networkWatch?.isDue(nowMs) !== true) return;
    const { packetsLost, jitterMs } = this.#listener.statistics;
    const { roundTripMs } = this.#control?.view ?? {};
    const state = { packetsLost, jitterMs, roundTripMs, mos: this.#quality.worstMos };
    for (const warning of this.#networkWatch.check(state, nowMs)) {
      this.#emit({ type: 'network-warning', warning, atMs: nowMs });
    }
  }

  /** Takes the next frame to be played, unless keys have the stream; the instant of the send when a packet of theirs went. */
  #sendKeys(sender: RtpSender, remote: NegotiatedAudio, nowMs: number): number | undefined {
    if (!this.#keys.isSending) {
      const hasSound = this.#playout.takeFrame(this.#bot, nowMs);
      this.#silentFrames = hasSound ? 0 : this.#silentFrames + 1;
      this.#background?.mixInto(this.#bot, this.#sampleRateHz);
      if (this.#isBotMuted) this.#bot.fill(0);
      return undefined;
    }
    this.#silentFrames = 0;
    // The far end may give back what it hears.
    this.#tones?.ignoreUntil(nowMs + longestEchoMs);
    const { guard } = this.#listener;
    return this.#keys.sendFrame(sender, remote, guard.address, guard.port, nowMs, this.#bot);
  }

  #skip(frames: number): void {
    this.#listener.jitterBuffer.skip(frames);
    // What was sent ahead was for the first of them.
    const unsent = this.#isAhead ? frames - 1 : frames;
    this.#recordAhead();
    this.#sender?.pass(unsent);
    this.#recorder?.writeGap(unsent);
  }

  /** What was sent ahead has its place in the recording, whether its tick comes or not. */
  #recordAhead(): void {
    if (!this.#isAhead) return;
    this.#isAhead = false;
    this.#callee.fill(0);
    this.#recorder?.writeFrame(this.#bot, this.#callee);
  }

  #close(nowMs: number): void {
    try {
      this.#control?.close(nowMs, this.#isAhead ? 2 : 1);
      this.#recordAhead();
      this.#playout.close();
      this.#background?.close();
      this.#recogniser?.close();
      this.#recorder?.close();
      this.#listener.close();
      this.#sender?.close();
    } catch (error) {
      // A fault of an engine while it closes must not cost the answer.
      const message = `The media of the call did not end cleanly: ${String(error)}`;
      this.#emit({ type: 'failed', error: gatewayError('internal.bug', message) });
    }
    this.#socket?.close();
    const startedAtMs = this.#recordingStartedAtMs;
    const recording = startedAtMs === undefined ? {} : { recordingStartedAtMs: startedAtMs };
    this.#emit({ type: 'closed', rtp: this.#summary(nowMs), ...recording });
    this.#isClosed = true;
  }

  #emit(event: MediaEvent): void {
    if (!this.#isClosed) this.#ports.emit(this.#sessionId, event);
  }

  #summary(nowMs: number): RtpSummary {
    const { statistics, jitterBuffer, packetsFromStrangers, packetsMalformed } = this.#listener;
    const clock = this.#sender?.clock;
    return {
      ...noPackets,
      ...this.#control?.summary(),
      ...this.#quality.summary(nowMs),
      packetsSent: this.#sender?.packetsSent ?? 0,
      packetsReceived: statistics.packetsReceived,
      packetsLost: statistics.packetsLost,
      packetsLate: jitterBuffer.packetsLate,
      packetsDuplicated: jitterBuffer.packetsDuplicated,
      packetsFromStrangers,
      packetsMalformed,
      jitterMs: statistics.jitterMs,
      sendJitterP50Ms: clock?.quantileMs(0.5) ?? 0,
      sendJitterP99Ms: clock?.quantileMs(0.99) ?? 0,
      sendJitterMaxMs: clock?.maxMs ?? 0,
    };
  }
}

/** Plain data on both sides. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function isSameDetection(one: ListeningOptions, other: ListeningOptions): boolean {
  return one.endOfSpeechMs === other.endOfSpeechMs && one.sensitivity === other.sensitivity;
}
