/** The callee speaks into a microphone: media, recogniser and voice of a gateway, and RTP on the loopback interface. */
import { createDestinations, type Destinations, startTalkMedia, talkAddress, talkTenant } from '../../app/index.ts';
import type { CallState } from '../../call/index.ts';
import { at, createNodeRandom, type MediaThreads, monotonicClock } from '../../host/index.ts';
import { err, gatewayError, ok, type Result } from '../../kit/index.ts';
import { sampleRateOf } from '../../media/index.ts';
import type { AgreedAudio } from '../../sdp/index.ts';
import type { CommandError } from '../command-error.ts';
import { AudioLine } from './audio-line.ts';
import type { TenantTalk } from './find-talk-tenant.ts';
import {
  findSoundPrograms,
  type RunningPlayer,
  type RunningSound,
  type SoundPrograms,
  startPlayer,
  startRecorder,
} from './sound-programs.ts';
import { placeTalkCall } from './talk-call.ts';
import type { TalkView } from './talk-view.ts';
import type { TalkWorld } from './talk-world.ts';
import { UnfinishedWork } from './unfinished-work.ts';

/** Resolves with the call when it is over, or with why there was none. */
export async function talkAloud(
  order: TenantTalk,
  view: TalkView,
  world: TalkWorld,
  onInterrupted: () => void,
): Promise<Result<CallState, CommandError>> {
  const programs = findSoundPrograms(world.environment['PATH'] ?? '', order.microphone?.isSpeakerOn !== false);
  if (!programs.ok) return programs;
  if (!order.isJson) world.print('Loading the speech engines ...');
  const line = await AudioLine.open(createNodeRandom());
  const destinations = createDestinations(order.settings);
  const media = await startTalkMedia(order.settings, order.tenant, destinations, world.speechModule);
  if (!media.ok) {
    line.close();
    await destinations.close();
    return err(gatewayError('config.invalid', media.error));
  }
  const sounds = new Sounds(programs.value, line);
  try {
    return await converse(order, view, world, { destinations, media: media.value, line, sounds }, onInterrupted);
  } finally {
    await sounds.close();
    line.close();
    await Promise.all([media.value.close(), destinations.close()]);
  }
}

interface Parts {
  readonly destinations: Destinations;
  readonly media: MediaThreads;
  readonly line: AudioLine;
  readonly sounds: Sounds;
}

async function converse(
  order: TenantTalk,
  view: TalkView,
  world: TalkWorld,
  { destinations, media, line, sounds }: Parts,
  onInterrupted: () => void,
): Promise<Result<CallState, CommandError>> {
  const call = placeTalkCall({
    ...order,
    tenant: talkTenant(order.tenant, 'spoken'),
    destinations,
    clock: monotonicClock,
    at: (atMs, callback) => at(monotonicClock, atMs, callback),
    work: new UnfinishedWork(),
    media,
    ear: { host: talkAddress, port: line.port },
    codecs: ['G722', 'PCMU', 'PCMA'],
    onAudio: (audio) => {
      sounds.begin(audio);
    },
    onEvent: (event, state) => {
      view.onEvent(event, state);
    },
    onCommand: (command) => {
      view.onCommand(command, monotonicClock.nowMs());
    },
    onFault: (fault) => {
      world.printError(fault instanceof Error ? (fault.stack ?? fault.message) : String(fault));
    },
  });
  const stopListening = world.onInterrupt(() => {
    onInterrupted();
    call.hangUp();
  });
  try {
    const begun = await call.begun;
    if (!begun.ok) return begun;
    const broken = sounds.whenBroken.then((error) => {
      call.hangUp();
      return err(error);
    });
    void sounds.whenSilent.then(() => {
      call.hangUp();
    });
    return await Promise.race([call.over.then((state) => ok(state)), broken]);
  } finally {
    stopListening();
    call.close();
  }
}

/** How long the last words may take to be played to their end. */
const lastWordsMs = 5000;

/** Recorder and player of one call. */
class Sounds {
  readonly #programs: SoundPrograms;
  readonly #line: AudioLine;
  #recorder: RunningSound | undefined;
  #player: RunningPlayer | undefined;
  #tellBroken: (error: CommandError) => void = () => undefined;
  #tellSilent: () => void = () => undefined;
  /** One of the programs has failed. */
  readonly whenBroken = new Promise<CommandError>((resolve) => {
    this.#tellBroken = resolve;
  });
  /** The recorder has come to its end. */
  readonly whenSilent = new Promise<void>((resolve) => {
    this.#tellSilent = resolve;
  });

  constructor(programs: SoundPrograms, line: AudioLine) {
    this.#programs = programs;
    this.#line = line;
  }

  begin(audio: AgreedAudio): void {
    const { recorder, player } = this.#programs;
    const rateHz = sampleRateOf(audio.codec);
    if (player !== undefined) this.#player ??= startPlayer(player, rateHz);
    this.#line.connect(audio, rateHz, (samples) => this.#player?.write(samples));
    this.#recorder ??= startRecorder(recorder, rateHz, (bytes) => {
      this.#line.speak(bytes);
    });
    void this.#recorder.over.then((over) => {
      if (over.ok) this.#tellSilent();
      else this.#tellBroken(over.error);
    });
    void this.#player?.over.then((over) => {
      if (!over.ok) this.#tellBroken(over.error);
    });
  }

  async close(): Promise<void> {
    this.#recorder?.stop();
    const player = this.#player;
    if (player === undefined) return;
    player.finish();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, lastWordsMs);
    });
    await Promise.race([player.over, late]);
    clearTimeout(timer);
    player.stop();
  }
}
