/** The formats of an audio line: codecs and telephone-event with their payload types (RFC 3551 §6, RFC 4733 §2.4, RFC 8866 §6.6). */
import { attributeValues, type MediaDescription } from './session-description.ts';

export type OfferedCodec = 'PCMU' | 'PCMA' | 'G722' | 'opus';

interface CodecSpelling {
  /** As in a=rtpmap, in our spelling. */
  readonly rtpmap: string;
  readonly clockRateHz: number;
  /** The static payload type, or the one that we offer it under. */
  readonly payloadType: number;
  readonly fmtp?: string;
}

const spellings: Readonly<Record<OfferedCodec, CodecSpelling>> = {
  PCMU: { rtpmap: 'PCMU/8000', clockRateHz: 8000, payloadType: 0 },
  PCMA: { rtpmap: 'PCMA/8000', clockRateHz: 8000, payloadType: 8 },
  // Its clock is half of its sample rate, by an error that was made a rule (RFC 3551 §4.5.2).
  G722: { rtpmap: 'G722/8000', clockRateHz: 8000, payloadType: 9 },
  // Always 48 kHz and two channels, whatever is in it (RFC 7587 §7).
  opus: {
    rtpmap: 'opus/48000/2',
    clockRateHz: 48_000,
    payloadType: 111,
    fmtp: 'maxplaybackrate=16000;sprop-maxcapturerate=16000;stereo=0;sprop-stereo=0;useinbandfec=1',
  },
};

export const allCodecs = Object.keys(spellings) as readonly OfferedCodec[];

const codecBySpelling: ReadonlyMap<string, OfferedCodec> = new Map(
  allCodecs.map((codec) => [spellings[codec].rtpmap.toUpperCase(), codec]),
);

export interface AudioFormat {
  readonly codec: OfferedCodec;
  /** 0 to 127. */
  readonly payloadType: number;
}

export interface EventFormat {
  readonly payloadType: number;
  /** Of the audio that the events stand in for (RFC 4733 §2.1). */
  readonly clockRateHz: number;
}

/** What an audio line says, in its order. */
export interface LineFormats {
  readonly audio: readonly AudioFormat[];
  readonly events: readonly EventFormat[];
}

/** Static payload types need no rtpmap; what is not known here is left out. */
export function readFormats(line: MediaDescription): LineFormats {
  const names = new Map(
    allCodecs.map((codec) => [spellings[codec].payloadType, spellings[codec].rtpmap.toUpperCase()]),
  );
  for (const value of attributeValues(line.lines, 'rtpmap')) {
    const [, payloadType, name] = /^(\d{1,3}) +([\w.-]+\/\d{1,6}(?:\/\d)?)$/.exec(value) ?? [];
    // One channel is what a name without a number of channels has.
    if (name !== undefined) names.set(Number(payloadType), name.toUpperCase().replace(/\/1$/, ''));
  }
  const audio: AudioFormat[] = [];
  const events: EventFormat[] = [];
  for (const format of line.formats) {
    const payloadType = Number(format);
    if (!/^\d{1,3}$/.test(format) || payloadType > 127) continue;
    const name = names.get(payloadType) ?? '';
    const codec = codecBySpelling.get(name);
    const [, clock] = /^TELEPHONE-EVENT\/(\d+)$/.exec(name) ?? [];
    if (codec !== undefined) audio.push({ codec, payloadType });
    else if (clock !== undefined) events.push({ payloadType, clockRateHz: Number(clock) });
  }
  return { audio, events };
}

/** What the far end wants of our Opus, from its format parameters (RFC 7587 §6.1). */
export interface OpusWishes {
  readonly isFecWanted?: boolean;
  /** Bits a second, 6000 to 510000. */
  readonly maxBitrate?: number;
  readonly isConstantRate?: boolean;
  readonly maxPlaybackRateHz?: number;
}

/** Of an opus format of a line; what cannot be read is no wish. */
export function readOpusWishes(line: MediaDescription, payloadType: number): OpusWishes {
  const fmtp = attributeValues(line.lines, 'fmtp').find((value) => value.startsWith(`${payloadType} `)) ?? '';
  const given = (name: string): number | undefined => {
    const [, value] = new RegExp(`[ ;]${name}=(\\d{1,6})(?:[ ;]|$)`, 'i').exec(fmtp) ?? [];
    return value === undefined ? undefined : Number(value);
  };
  const maxBitrate = given('maxaveragebitrate');
  const maxPlaybackRateHz = given('maxplaybackrate');
  return {
    ...(given('useinbandfec') === 1 ? { isFecWanted: true } : {}),
    ...(given('cbr') === 1 ? { isConstantRate: true } : {}),
    ...(maxBitrate === undefined || maxBitrate < 6000 || maxBitrate > 510_000 ? {} : { maxBitrate }),
    ...(maxPlaybackRateHz === undefined || maxPlaybackRateHz < 8000 ? {} : { maxPlaybackRateHz }),
  };
}

/** The events that go with a codec: of its clock, else of the telephone's, which many far ends have for everything. */
export function eventsFor(codec: OfferedCodec, events: readonly EventFormat[]): EventFormat | undefined {
  const { clockRateHz } = spellings[codec];
  return (
    events.find((event) => event.clockRateHz === clockRateHz) ?? events.find((event) => event.clockRateHz === 8000)
  );
}

/** The formats of a description as they stand in the m= line, and the attributes that explain them. */
export function printFormats({ audio, events }: LineFormats): {
  readonly formats: readonly string[];
  readonly attributes: readonly string[];
} {
  return {
    formats: [...audio, ...events].map(({ payloadType }) => String(payloadType)),
    attributes: [
      ...audio.flatMap(({ payloadType, codec }) => {
        const { rtpmap, fmtp } = spellings[codec];
        return [`rtpmap:${payloadType} ${rtpmap}`, ...(fmtp === undefined ? [] : [`fmtp:${payloadType} ${fmtp}`])];
      }),
      ...events.flatMap(({ payloadType, clockRateHz }) => [
        `rtpmap:${payloadType} telephone-event/${clockRateHz}`,
        `fmtp:${payloadType} 0-15`,
      ]),
    ],
  };
}

/**
 * What we offer. A dynamic payload type that stood for something in our description before stands for the same
 * again, and nothing else takes its place (RFC 3264 §8.3.2).
 */
export function offeredFormats(
  codecs: readonly OfferedCodec[],
  eventPayloadType: number | undefined,
  before: MediaDescription | undefined,
): LineFormats {
  const known = before === undefined ? { audio: [], events: [] } : readFormats(before);
  const taken = new Set([...known.audio, ...known.events].map(({ payloadType }) => payloadType));
  const take = (wanted: number): number => {
    let payloadType = wanted;
    if (wanted >= 96) while (taken.has(payloadType)) payloadType = payloadType === 127 ? 96 : payloadType + 1;
    taken.add(payloadType);
    return payloadType;
  };
  // The events of the telephone have the number that everybody knows.
  const clocks = [...new Set(codecs.map((codec) => spellings[codec].clockRateHz))].toSorted((a, b) => a - b);
  const events =
    eventPayloadType === undefined
      ? []
      : clocks.map((clockRateHz) => {
          const same = known.events.find((event) => event.clockRateHz === clockRateHz);
          return same ?? { clockRateHz, payloadType: take(eventPayloadType) };
        });
  const audio = codecs.map((codec) => {
    const same = known.audio.find((format) => format.codec === codec);
    return { codec, payloadType: same?.payloadType ?? take(spellings[codec].payloadType) };
  });
  return { audio, events };
}
