/**
 * One audio stream by offer and answer (RFC 3264), with the codecs of `audio-formats.ts` and telephone-event (RFC 4733). RTCP has the
 * port above or that of RTP (RFC 3605, RFC 5761). Left out until wanted: ICE, DTLS: an answer cannot ask for what was not offered, and an offer is answered without them. SRTP
 * is keyed by SDES (RFC 4568): RTP/SAVP when it is required, else RTP/AVP with `a=crypto` lines that the peer may leave aside.
 */
import { err, isUnspecifiedAddress, ok, type Result } from '../kit/index.ts';
import {
  type AudioFormat,
  eventsFor,
  type LineFormats,
  type OfferedCodec,
  offeredFormats,
  type OpusWishes,
  printFormats,
  readFormats,
  readOpusWishes,
} from './audio-formats.ts';
import {
  type AgreedEncryption,
  type CryptoLine,
  cryptoLinesOf,
  type LocalEncryption,
  offeredCryptoLines,
  printCryptoLine,
} from './crypto-attribute.ts';
import { type AgreedRtcp, agreeOnRtcp, offersMux } from './rtcp-attributes.ts';
import {
  attributeValues,
  connectionAddress,
  type MediaDescription,
  parseSdp,
  printSdp,
  type SdpLine,
  type SessionDescription,
} from './session-description.ts';

/** What offer and answer agreed on, as seen from this side. */
export interface AgreedAudio {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly codec: OfferedCodec;
  /** Payload type number of the codec, 0 to 127. */
  readonly payloadType: number;
  /** Payload type of telephone-event, if agreed, and its clock when it is not the usual 8000. */
  readonly telephoneEventPayloadType?: number;
  readonly telephoneEventClockHz?: number;
  /** Of Opus. */
  readonly opus?: OpusWishes;
  /** What else may come, under its payload type. */
  readonly otherFormats?: readonly AudioFormat[];
  /** Whether this side may send, and whether it should expect to receive (hold). */
  readonly canSend: boolean;
  readonly canReceive: boolean;
  /** SRTP and its keys; absent: plain RTP. */
  readonly encryption?: AgreedEncryption;
  /** Absent: RTCP goes to the port above that of RTP. */
  readonly rtcp?: AgreedRtcp;
}

export interface AudioOfferOptions {
  /** IPv4 or IPv6, without brackets. */
  readonly address: string;
  readonly port: number;
  /** o= identifier, the same for the whole call. */
  readonly sessionId: number;
  /** o= version; one more for every description that differs from the one before. Default 1. */
  readonly version?: number;
  /** Best first. */
  readonly codecs: readonly OfferedCodec[];
  /** 96 to 127, the first one of several clocks; undefined offers no telephone-event. */
  readonly telephoneEventPayloadType?: number;
  /** Our last description: a line that it has keeps its place, with port 0 when it is not ours (RFC 3264 §8). */
  readonly previous?: string;
  /** `sendonly` puts the peer on hold (RFC 3264 §8.4). Default `sendrecv`. */
  readonly direction?: Direction;
  /** Absent: plain RTP alone. */
  readonly encryption?: LocalEncryption;
}

export interface AudioAnswerOptions {
  readonly address: string;
  readonly port: number;
  readonly sessionId: number;
  readonly version: number;
  /** What is taken of an offer, in the order of the offer. Default: the codecs of the telephone. */
  readonly codecs?: readonly OfferedCodec[];
  /** The peer is on hold here and stays so, whatever it offers. */
  readonly isHolding?: boolean;
  /** Absent: plain RTP alone. */
  readonly encryption?: LocalEncryption;
}

/** What every telephone speaks. */
export const telephoneCodecs: readonly OfferedCodec[] = ['PCMU', 'PCMA'];

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export function createAudioOffer(options: AudioOfferOptions): string {
  const { address, port, sessionId, version = 1, codecs, telephoneEventPayloadType, direction, encryption } = options;
  const before = options.previous === undefined ? undefined : parseSdp(options.previous);
  const lines = before?.ok === true ? before.value.media : [];
  const place = audioPlace(lines);
  // What was agreed on as RTP/SAVP, because the peer asked for it, stays so.
  const isSecure = encryption !== undefined && (encryption.policy === 'required' || isSecureLine(lines[place]));
  const crypto = encryption === undefined ? [] : offeredCryptoLines(encryption);
  const protocol = isSecure ? 'RTP/SAVP' : 'RTP/AVP';
  const formats = offeredFormats(codecs, telephoneEventPayloadType, lines[place]);
  const audio = audioPart(port, protocol, formats, direction ?? 'sendrecv', crypto, true);
  const media = lines.map((line, index) => (index === place ? audio : refusedLine(line)));
  return printSdp({
    ...sessionPart(address, sessionId, version, [{ type: 't', value: '0 0' }]),
    media: lines.length === 0 ? [audio] : media,
  });
}

/** Where the audio stands among our own lines: the first one that is not refused. */
function audioPlace(lines: readonly MediaDescription[]): number {
  return Math.max(
    0,
    lines.findIndex(({ media, port }) => media === 'audio' && port !== 0),
  );
}

function sessionPart(
  address: string,
  sessionId: number,
  version: number,
  times: readonly SdpLine[],
): Omit<SessionDescription, 'media'> {
  const connection = `IN ${address.includes(':') ? 'IP6' : 'IP4'} ${address}`;
  return {
    origin: { username: '-', sessionId: String(sessionId), version: String(version), address: connection },
    lines: [{ type: 's', value: '-' }, { type: 'c', value: connection }, ...times],
  };
}

function audioPart(
  port: number,
  protocol: string,
  described: LineFormats,
  direction: Direction,
  crypto: readonly CryptoLine[],
  isMuxed: boolean,
): MediaDescription {
  const { formats, attributes } = printFormats(described);
  const lines = [
    ...attributes,
    ...crypto.map(printCryptoLine),
    'ptime:20',
    ...(isMuxed ? ['rtcp-mux'] : []),
    direction,
  ].map((value) => {
    return { type: 'a', value };
  });
  return { media: 'audio', port, portCount: undefined, protocol, formats, lines };
}

/**
 * Reads the answer to `createAudioOffer`. The first codec the answer lists that was offered is the one (RFC 3264 §6.1). The
 * error says in one phrase why no audio is possible. `offerText`: what it answers; without it an offer with one line.
 */
export function acceptAudioAnswer(answerText: string, offerText?: string): Result<AgreedAudio, string> {
  const parsed = parseSdp(answerText);
  if (!parsed.ok) return err(`the answer is no SDP: line ${parsed.error.line} ${parsed.error.reason}`);
  // The answer has the lines of the offer in the same places; a peer that adds more is tolerated.
  const offer = offerText === undefined ? undefined : parseSdp(offerText);
  const place = offer?.ok === true ? audioPlace(offer.value.media) : 0;
  const offered = offer?.ok === true ? offer.value.media[place] : undefined;
  const audio = parsed.value.media[place];
  if (audio?.media !== 'audio') return err('the answer has no audio line where the offer had it');
  if (audio.port === 0) return err('the answer refuses the audio');
  if (isSecureLine(offered) && !(isSecureLine(audio) && cryptoLinesOf(audio).length > 0)) return err(notEncrypted);
  if (!(isSecureLine(offered) ? isSecureLine(audio) : isPlainRtp(audio))) {
    return err(`the answer changes the protocol to ${audio.protocol}`);
  }
  const ours = offered === undefined ? [] : cryptoLinesOf(offered);
  const [chosen] = cryptoLinesOf(audio);
  const encryption = agreeOnKeys(chosen === undefined ? [] : [chosen], (remote) =>
    ours.find(({ tag, suite }) => tag === remote.tag && suite === remote.suite),
  );
  if (encryption === undefined && (isSecureLine(audio) || (ours.length > 0 && hasCrypto(audio)))) {
    return err('the answer takes none of the keys that were offered (a=crypto)');
  }
  const ourFormats = offered === undefined ? undefined : readFormats(offered).audio;
  const agreed = agree(
    parsed.value,
    audio,
    ourFormats?.map(({ codec }) => codec) ?? telephoneCodecs,
    encryption?.agreed,
    offered === undefined || offersMux(offered),
  );
  return agreed.ok ? ok(withOurFormats(agreed.value, ourFormats ?? [])) : agreed;
}

/** Where the numbers of the two sides differ, the far end may send under ours (RFC 3264 §6.1). */
function withOurFormats(agreed: AgreedAudio, ours: readonly AudioFormat[]): AgreedAudio {
  const { codec, payloadType, otherFormats = [] } = agreed;
  const theirs = [{ codec, payloadType }, ...otherFormats];
  const differing = ours.filter(
    (our) =>
      theirs.some((their) => their.codec === our.codec) &&
      theirs.every((their) => their.payloadType !== our.payloadType),
  );
  return differing.length === 0 ? agreed : { ...agreed, otherFormats: [...otherFormats, ...differing] };
}

/** Why an answer cannot be used that leaves encryption away which is required. */
export const notEncrypted = 'the answer does not encrypt the audio (RTP/SAVP)';

function isPlainRtp(media: MediaDescription): boolean {
  return media.protocol === 'RTP/AVP' || media.protocol === 'RTP/AVPF';
}

function isSecureLine(media: MediaDescription | undefined): boolean {
  return media?.protocol === 'RTP/SAVP' || media?.protocol === 'RTP/SAVPF';
}

function hasCrypto({ lines }: MediaDescription): boolean {
  return attributeValues(lines, 'crypto').length > 0;
}

interface AgreedKeys {
  readonly agreed: AgreedEncryption;
  /** What an answer of ours says. */
  readonly line: CryptoLine;
}

/** The first key of the peer that this side has one for. */
function agreeOnKeys(
  remotes: readonly CryptoLine[],
  localFor: (remote: CryptoLine) => { readonly key: string } | undefined,
): AgreedKeys | undefined {
  for (const remote of remotes) {
    const { tag, suite } = remote;
    const localKey = localFor(remote)?.key;
    if (localKey === undefined) continue;
    return { agreed: { suite, localKey, remoteKey: remote.key }, line: { tag, suite, key: localKey } };
  }
  return undefined;
}

function agree(
  description: SessionDescription,
  audio: MediaDescription,
  codecs: readonly OfferedCodec[],
  encryption: AgreedEncryption | undefined,
  isMuxOpen: boolean,
): Result<AgreedAudio, string> {
  const remoteAddress = connectionAddress(audio.lines) ?? connectionAddress(description.lines);
  if (remoteAddress === undefined) return err('no c= line says where the audio goes');
  const formats = readFormats(audio);
  const [chosen, ...others] = formats.audio.filter(({ codec }) => codecs.includes(codec));
  if (chosen === undefined) return err(`no codec in common (${codecs.join(', ')})`);
  const event = eventsFor(chosen.codec, formats.events);
  const direction = directionOf(description, audio);
  return ok({
    remoteAddress,
    remotePort: audio.port,
    ...chosen,
    ...(event === undefined ? {} : { telephoneEventPayloadType: event.payloadType }),
    ...(event === undefined || event.clockRateHz === 8000 ? {} : { telephoneEventClockHz: event.clockRateHz }),
    ...(chosen.codec === 'opus' ? { opus: readOpusWishes(audio, chosen.payloadType) } : {}),
    ...(others.length === 0 ? {} : { otherFormats: others }),
    // The direction is the peer's: what it does not receive we do not send. 0.0.0.0 is hold as of RFC 2543.
    canSend: !isUnspecifiedAddress(remoteAddress) && (direction === 'sendrecv' || direction === 'recvonly'),
    canReceive: direction === 'sendrecv' || direction === 'sendonly',
    ...(encryption === undefined ? {} : { encryption }),
    ...agreeOnRtcp(audio, isMuxOpen),
  });
}

/** The last direction wins over earlier ones, the media level over the session level; the default is both ways. */
function directionOf(description: SessionDescription, audio: MediaDescription): Direction {
  return findDirection(audio.lines) ?? findDirection(description.lines) ?? 'sendrecv';
}

function findDirection(lines: readonly SdpLine[]): Direction | undefined {
  let found: Direction | undefined;
  for (const { type, value } of lines) {
    if (type !== 'a') continue;
    if (value === 'sendrecv' || value === 'sendonly' || value === 'recvonly' || value === 'inactive') found = value;
  }
  return found;
}

export interface AudioAnswer {
  readonly sdp: string;
  readonly audio: AgreedAudio;
}

/**
 * Answers an offer: the first audio line that can be served is, with the one codec we choose; every other line stays in its
 * place with port 0 (RFC 3264 §6). The error says in one phrase why the offer should be refused with 488.
 */
export function answerAudioOffer(offerText: string, options: AudioAnswerOptions): Result<AudioAnswer, string> {
  const parsed = parseSdp(offerText);
  if (!parsed.ok) return err(`the offer is no SDP: line ${parsed.error.line} ${parsed.error.reason}`);
  const offer = parsed.value;
  let reason = 'the offer has no audio line';
  let served:
    | { readonly index: number; readonly audio: AgreedAudio; readonly crypto: readonly CryptoLine[] }
    | undefined;
  for (const [index, media] of offer.media.entries()) {
    if (media.media !== 'audio' || media.port === 0) continue;
    if (!(isPlainRtp(media) || isSecureLine(media))) {
      reason = `the offer asks for ${media.protocol}, which is not spoken here`;
      continue;
    }
    const keys = answerKeys(media, options.encryption);
    if (keys === undefined && (isSecureLine(media) || options.encryption?.policy === 'required')) {
      reason = isSecureLine(media)
        ? `the offer asks for ${media.protocol}, and no key in it can be taken here`
        : 'the offer does not encrypt the audio, which is required here';
      continue;
    }
    const agreed = agree(offer, media, options.codecs ?? telephoneCodecs, keys?.agreed, true);
    if (agreed.ok) {
      // The answer names one codec, so that the far end has none to change to by itself.
      const { otherFormats: _notTaken, ...audio } = agreed.value;
      served = { index, audio, crypto: keys === undefined ? [] : [keys.line] };
      break;
    }
    reason = agreed.error;
  }
  if (served === undefined) return err(reason);
  const { index, audio, crypto } = served;
  const media = offer.media.map((line, place) =>
    place === index ? answerLine(line, offer, audio, options, crypto) : refusedLine(line),
  );
  // t= of the answer equals that of the offer (RFC 3264 §6).
  const times = offer.lines.filter(({ type }) => type === 't');
  const { address, sessionId, version } = options;
  const session = sessionPart(address, sessionId, version, times.length > 0 ? times : [{ type: 't', value: '0 0' }]);
  return ok({ sdp: printSdp({ ...session, media }), audio });
}

/**
 * Answers an offer that nothing of can be taken: every line in its place with port 0 (RFC 3264 §6). Undefined when it is no SDP: then
 * there is nothing to answer.
 */
export function refuseOffer(
  offerText: string,
  { address, sessionId, version }: AudioAnswerOptions,
): string | undefined {
  const parsed = parseSdp(offerText);
  if (!parsed.ok) return undefined;
  const session = sessionPart(address, sessionId, version, [{ type: 't', value: '0 0' }]);
  return printSdp({ ...session, media: parsed.value.media.map(refusedLine) });
}

function answerLine(
  line: MediaDescription,
  offer: SessionDescription,
  audio: AgreedAudio,
  { port, isHolding }: AudioAnswerOptions,
  crypto: readonly CryptoLine[],
): MediaDescription {
  const open = mirrored[directionOf(offer, line)];
  const direction = isHolding === true ? onHold[open] : open;
  const { telephoneEventPayloadType: payloadType, telephoneEventClockHz: clockRateHz = 8000 } = audio;
  const events = payloadType === undefined ? [] : [{ payloadType, clockRateHz }];
  return audioPart(port, line.protocol, { audio: [audio], events }, direction, crypto, offersMux(line));
}

function answerKeys(media: MediaDescription, encryption: LocalEncryption | undefined): AgreedKeys | undefined {
  if (encryption === undefined) return undefined;
  return agreeOnKeys(cryptoLinesOf(media), ({ suite }) => ({ key: encryption.keys[suite] }));
}

const mirrored: Readonly<Record<Direction, Direction>> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
};

/** The same without receiving. */
const onHold: Readonly<Record<Direction, Direction>> = {
  sendrecv: 'sendonly',
  sendonly: 'sendonly',
  recvonly: 'inactive',
  inactive: 'inactive',
};

function refusedLine(line: MediaDescription): MediaDescription {
  const { media, protocol, formats } = line;
  return { media, port: 0, portCount: undefined, protocol, formats, lines: [] };
}
