/**
 * A telephone that follows a script, or does what it is told: a whole SIP and RTP endpoint that rings, answers, listens for the other side to
 * finish, speaks its next line, and keeps what it understood. It uses the same user agent and the same media plane as the
 * gateway, so it is as real as its ports: sockets in the demo, a simulated network in scenarios.
 */
import { type Clock, gatewayError } from '../kit/index.ts';
import type { MediaEvent, MediaPlane } from '../media/index.ts';
import {
  acceptAudioAnswer,
  answerAudioOffer,
  createAudioOffer,
  type Direction,
  type LocalEncryption,
  type OfferedCodec,
} from '../sdp/index.ts';
import type { Hop, IncomingCall, IncomingRefer, LegEvent, SipEffect, UserAgent } from '../sip/index.ts';

export interface PhoneScript {
  /** Time between 180 and the answer. Negative: never answers. */
  readonly ringMs: number;
  /** Answers the INVITE with this final status instead of 200. */
  readonly rejectWith?: number;
  /** Spoken one after the other, each when the other side has finished saying something. */
  readonly lines: readonly string[];
  /**
   * What it says or presses when it has understood something, in place of its lines; nothing when undefined. `count` is how many
   * such reactions there were in this call, `requestUri` what was called.
   */
  readonly reaction?: (
    heard: string,
    call: { readonly requestUri: string; readonly count: number },
  ) => PhoneReaction | undefined;
  /** Says its first line at the answer, without waiting to be spoken to. */
  readonly speaksFirst: boolean;
  /** Hangs up when its last line has been answered; otherwise it waits for the other side to hang up. */
  readonly hangsUp: boolean;
  /** Silence of the other side, in ms, after which it counts as having finished. */
  readonly patienceMs: number;
  /** What it offers inside the call, by re-INVITE: hold and its end. Times count from its answer. */
  readonly reoffers?: readonly Reoffer[];
  /** Sends the other side on by REFER, and hangs up behind it if it says when. Times count from its answer. */
  readonly sendsOn?: { readonly afterMs: number; readonly target: string; readonly hangsUpAfterMs?: number };
  /** What it takes of an offer; default: the codecs of the telephone. */
  readonly codecs?: readonly OfferedCodec[];
  /** SRTP and its keys; absent: plain RTP. */
  readonly encryption?: LocalEncryption;
  /** Without it a REFER is refused with 405. */
  readonly transfer?: TransferScript;
}

export type PhoneReaction = { readonly say: string } | { readonly press: string };

export interface Reoffer {
  readonly afterMs: number;
  readonly direction: Direction;
  /** Default PCMU. */
  readonly codecs?: readonly OfferedCodec[];
  /** Instead of its own: `0.0.0.0` is hold as of RFC 2543. */
  readonly address?: string;
}

/** What the phone does with a REFER, and with the offers of the other side, such as hold. */
export interface TransferScript {
  /** Status of its answer: 202 takes it. */
  readonly status: number;
  /** What it tells of the target, one NOTIFY each. */
  readonly notices?: readonly { readonly afterMs: number; readonly status: number }[];
  /** Hangs up that long after its answer, without further words. */
  readonly hangsUpAfterMs?: number;
  /** Answers offers with this status instead of 200. */
  readonly refusesOffers?: boolean;
}

export interface PhonePorts {
  readonly clock: Clock;
  readonly userAgent: UserAgent;
  readonly media: MediaPlane;
  readonly mediaAddress: string;
  sendSip(bytes: Uint8Array, to: Hop): void;
  at(atMs: number, callback: () => void): () => void;
}

export type PhoneEvent =
  | { readonly type: 'ringing' | 'answered' | 'over' }
  /** Words of the other side, as this phone understood them. */
  | { readonly type: 'understood'; readonly text: string }
  | { readonly type: 'says'; readonly text: string }
  /** A key of the other side (RFC 4733). */
  | { readonly type: 'key'; readonly digit: string; readonly durationMs: number }
  | { readonly type: 'failed'; readonly reason: string };

export interface ScriptedPhone {
  receive(bytes: Uint8Array, source: Hop): void;
  /** What it was asked to call, in order. */
  readonly refers: readonly IncomingRefer[];
  /** Session descriptions that were offered to it inside calls. */
  readonly offers: readonly string[];
  /** What its own offers were answered with; the status where one was refused. */
  readonly offerAnswers: readonly (string | number)[];
  /** What it was told of its own REFER. */
  readonly news: readonly string[];
  /** Everything understood in the calls so far, in order. */
  readonly understood: readonly string[];
  /** Calls that have ended. */
  readonly callsEnded: number;
  /** Answers the call that rings; false when none does, or its media is not ready yet. */
  pickUp(): boolean;
  /** Refuses the call that rings with a final status, such as 486. */
  reject(status: number): void;
  /** Says this in the call, beside its script. */
  say(text: string): void;
  /** Presses keys in the call, one after the other: `0` to `9`, `*`, `#`, `A` to `D`. */
  press(keys: string): void;
  hangUp(): void;
  /** Lets go of every timer. */
  close(): void;
}

/** How long after the end of a call the phone still listens: longer than its end of speech and a recognition. */
const lastWordsMs = 1500;

interface PhoneCall {
  readonly legId: string;
  readonly incoming: IncomingCall;
  mediaPort: number | undefined;
  isAnswered: boolean;
  nextLine: number;
  reactions: number;
  isSpeaking: boolean;
  isOver: boolean;
  /** Cancels the wait for the other side to say more. */
  cancelPatience: (() => void) | undefined;
}

export function createScriptedPhone(
  ports: PhonePorts,
  script: PhoneScript,
  onEvent: (event: PhoneEvent) => void = () => undefined,
): ScriptedPhone {
  const calls = new Map<string, PhoneCall>();
  const understood: string[] = [];
  const refers: IncomingRefer[] = [];
  const offers: string[] = [];
  const offerAnswers: (string | number)[] = [];
  const news: string[] = [];
  let lastOffer: string | undefined;
  let callsEnded = 0;
  let playbacksAsked = 0;
  let cancelSipTimer: (() => void) | undefined;

  ports.media.onEvent((sessionId, event) => {
    const call = calls.get(sessionId);
    if (call !== undefined) onMedia(call, event);
  });

  function run(effects: readonly SipEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'send') ports.sendSip(effect.bytes, effect.to);
      else if (effect.type === 'incoming') onIncoming(effect.call);
      else if (effect.type === 'leg') onLeg(effect.legId, effect.event);
    }
    cancelSipTimer?.();
    const deadlineMs = ports.userAgent.deadlineMs();
    cancelSipTimer =
      deadlineMs === undefined
        ? undefined
        : ports.at(deadlineMs, () => {
            run(ports.userAgent.onDeadline(ports.clock.nowMs()));
          });
  }

  function onLeg(legId: string, event: LegEvent): void {
    const call = calls.get(legId);
    if (isEnd(event.type)) finish(legId);
    else if (event.type === 'offer-received' && call !== undefined) answerOffer(call, event.offerId, event.sdp ?? '');
    else if (event.type === 'offer-accepted') onOfferAccepted(legId, event.sdp ?? '');
    else if (event.type === 'offer-refused') offerAnswers.push(event.status);
    else if (event.type.startsWith('refer-') && event.type !== 'refer-received') onNews(event);
    else if (event.type === 'refer-received') onRefer(legId, event.referId, event.refer);
  }

  function answerOffer(call: PhoneCall, offerId: string, offer: string): void {
    offers.push(offer);
    const local = { ...ownSide(call), version: 1 + offers.length };
    const answered = answerAudioOffer(offer, local);
    const isRefused = script.transfer?.refusesOffers === true || !answered.ok;
    const sdp = isRefused ? undefined : answered.value.sdp;
    run(ports.userAgent.answerOffer(call.legId, offerId, sdp, ports.clock.nowMs()));
    if (!isRefused) ports.media.send(call.legId, { type: 'connect', remote: answered.value.audio });
  }

  function ownSide({ mediaPort = 0 }: PhoneCall) {
    const { encryption, codecs } = script;
    const keys = encryption === undefined ? {} : { encryption };
    const taken = codecs === undefined ? {} : { codecs };
    return { address: ports.mediaAddress, port: mediaPort, sessionId: 1, ...taken, ...keys };
  }

  function onNews(event: LegEvent): void {
    news.push('status' in event ? `${event.type} ${event.status ?? '-'}` : event.type);
  }

  function reoffer(
    call: PhoneCall,
    { direction, codecs = ['PCMU'], address = ports.mediaAddress }: Reoffer,
    index: number,
  ): void {
    if (call.isOver || call.mediaPort === undefined) return;
    const sdp = createAudioOffer({
      ...ownSide(call),
      address,
      version: 2 + index,
      codecs,
      telephoneEventPayloadType: 101,
      direction,
    });
    lastOffer = sdp;
    run(ports.userAgent.offer(call.legId, sdp, ports.clock.nowMs()));
  }

  function onOfferAccepted(legId: string, sdp: string): void {
    offerAnswers.push(sdp);
    const agreed = acceptAudioAnswer(sdp, lastOffer);
    if (agreed.ok) ports.media.send(legId, { type: 'connect', remote: agreed.value });
  }

  function onRefer(legId: string, referId: string, refer: IncomingRefer): void {
    refers.push(refer);
    const { status = 405, notices = [], hangsUpAfterMs } = script.transfer ?? {};
    run(ports.userAgent.answerRefer(legId, referId, status, ports.clock.nowMs()));
    const answeredAtMs = ports.clock.nowMs();
    for (const notice of notices) {
      ports.at(answeredAtMs + notice.afterMs, () => {
        run(ports.userAgent.notifyRefer(legId, referId, notice.status, ports.clock.nowMs()));
      });
    }
    if (hangsUpAfterMs === undefined) return;
    ports.at(answeredAtMs + hangsUpAfterMs, () => {
      run(ports.userAgent.hangUp(legId, ports.clock.nowMs()));
    });
  }

  function onIncoming(incoming: IncomingCall): void {
    const { legId } = incoming;
    if (script.rejectWith !== undefined) {
      run(ports.userAgent.reject(legId, script.rejectWith, ports.clock.nowMs()));
      return;
    }
    const call: PhoneCall = {
      legId,
      incoming,
      mediaPort: undefined,
      isAnswered: false,
      nextLine: 0,
      reactions: 0,
      isSpeaking: false,
      isOver: false,
      cancelPatience: undefined,
    };
    calls.set(legId, call);
    run(ports.userAgent.ring(legId, ports.clock.nowMs()));
    onEvent({ type: 'ringing' });
    ports.media.send(legId, {
      type: 'open',
      recognition: { endOfSpeechMs: 600, confidenceThreshold: 0 },
      sourcePolicy: 'strict',
      isLive: true,
    });
  }

  function onMedia(call: PhoneCall, event: MediaEvent): void {
    switch (event.type) {
      case 'opened':
        call.mediaPort = event.port;
        if (script.ringMs >= 0) {
          ports.at(ports.clock.nowMs() + script.ringMs, () => {
            answer(call);
          });
        }
        return;
      case 'recognition':
        if (event.event.type === 'speech-started') call.cancelPatience?.();
        if (event.event.type === 'final') onFinal(call, event.event.text);
        if (event.event.type === 'failed') onEvent({ type: 'failed', reason: event.event.error.message });
        return;
      case 'digit':
        onEvent({ type: 'key', digit: event.digit, durationMs: event.durationMs });
        return;
      case 'playback-finished':
      case 'playback-failed':
        call.isSpeaking = false;
        return;
      case 'failed':
        onEvent({ type: 'failed', reason: event.error.message });
        return;
      default:
    }
  }

  function answer(call: PhoneCall): void {
    if (call.isOver || call.mediaPort === undefined) return;
    const answered = answerAudioOffer(call.incoming.sdp ?? '', { ...ownSide(call), version: 1 });
    if (!answered.ok) {
      onEvent({ type: 'failed', reason: gatewayError('media.no-answer-codec', answered.error).message });
      run(ports.userAgent.reject(call.legId, 488, ports.clock.nowMs()));
      return;
    }
    call.isAnswered = true;
    run(ports.userAgent.accept(call.legId, answered.value.sdp, ports.clock.nowMs()));
    onEvent({ type: 'answered' });
    ports.media.send(call.legId, { type: 'connect', remote: answered.value.audio });
    ports.media.send(call.legId, { type: 'listen' });
    if (script.speaksFirst) sayNextLine(call);
    const { sendsOn } = script;
    if (sendsOn !== undefined) {
      const { target, afterMs, hangsUpAfterMs } = sendsOn;
      ports.at(ports.clock.nowMs() + afterMs, () => {
        run(ports.userAgent.refer(call.legId, { target, noticeTimeoutMs: 60_000 }, ports.clock.nowMs()));
      });
      if (hangsUpAfterMs !== undefined) {
        ports.at(ports.clock.nowMs() + hangsUpAfterMs, () => {
          run(ports.userAgent.hangUp(call.legId, ports.clock.nowMs()));
        });
      }
    }
    for (const [index, each] of (script.reoffers ?? []).entries()) {
      ports.at(ports.clock.nowMs() + each.afterMs, () => {
        reoffer(call, each, index);
      });
    }
  }

  function onFinal(call: PhoneCall, text: string): void {
    if (text.trim() !== '') {
      understood.push(text);
      onEvent({ type: 'understood', text });
    }
    call.cancelPatience?.();
    if (call.isOver) return;
    call.cancelPatience = ports.at(ports.clock.nowMs() + script.patienceMs, () => {
      if (call.isSpeaking) return;
      const { requestUri } = call.incoming;
      const reaction = script.reaction?.(text, { requestUri, count: call.reactions });
      if (reaction !== undefined) {
        call.reactions += 1;
        react(call, reaction);
      } else if (call.nextLine < script.lines.length) sayNextLine(call);
      else if (script.hangsUp) run(ports.userAgent.hangUp(call.legId, ports.clock.nowMs()));
    });
  }

  function sayNextLine(call: PhoneCall): void {
    const text = script.lines[call.nextLine];
    if (text === undefined) return;
    const playbackId = `line-${call.nextLine}`;
    call.nextLine += 1;
    call.isSpeaking = true;
    onEvent({ type: 'says', text });
    ports.media.send(call.legId, { type: 'play', playbackId, text });
  }

  function currentCall(isAnswered: boolean): PhoneCall | undefined {
    return [...calls.values()].find((call) => !call.isOver && call.isAnswered === isAnswered);
  }

  function react(call: PhoneCall | undefined, reaction: PhoneReaction): void {
    if (call === undefined) return;
    playbacksAsked += 1;
    const playbackId = `asked-${playbacksAsked}`;
    if ('say' in reaction) {
      ports.media.send(call.legId, { type: 'play', playbackId, text: reaction.say });
      return;
    }
    const keys = reaction.press.split('').map((digit) => ({ digit, durationMs: 100, attenuationDb: 10 }));
    ports.media.send(call.legId, { type: 'send-keys', playbackId, keys, gapMs: 100 });
  }

  function finish(legId: string): void {
    const call = calls.get(legId);
    if (call === undefined || call.isOver) return;
    call.isOver = true;
    call.cancelPatience?.();
    // The last words before a BYE are still on their way through the recogniser.
    ports.at(ports.clock.nowMs() + lastWordsMs, () => {
      calls.delete(legId);
      callsEnded += 1;
      ports.media.send(legId, { type: 'close' });
      onEvent({ type: 'over' });
    });
  }

  return {
    receive(bytes, source) {
      run(ports.userAgent.receive(bytes, source, ports.clock.nowMs()));
    },
    understood,
    refers,
    offers,
    offerAnswers,
    news,
    get callsEnded() {
      return callsEnded;
    },
    pickUp() {
      const call = currentCall(false);
      if (call?.mediaPort === undefined) return false;
      answer(call);
      return true;
    },
    reject(status) {
      const call = currentCall(false);
      if (call === undefined) return;
      run(ports.userAgent.reject(call.legId, status, ports.clock.nowMs()));
      finish(call.legId);
    },
    say: (text) => react(currentCall(true), { say: text }),
    press: (keys) => react(currentCall(true), { press: keys }),
    hangUp() {
      const call = currentCall(true);
      if (call !== undefined) run(ports.userAgent.hangUp(call.legId, ports.clock.nowMs()));
    },
    close() {
      cancelSipTimer?.();
      for (const call of calls.values()) call.cancelPatience?.();
    },
  };
}

function isEnd(type: string): boolean {
  return type === 'bye-received' || type === 'bye-finished' || type === 'cancelled' || type === 'dialog-lost';
}
