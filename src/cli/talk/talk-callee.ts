/** The far end of a call that goes nowhere: a user agent in this process that answers at once and hangs up when it is told to. */
import type { Clock } from '../../kit/index.ts';
import { answerAudioOffer, type AgreedAudio, type OfferedCodec } from '../../sdp/index.ts';
import type { Hop, HostPort, LegEvent, SipEffect, UserAgent } from '../../sip/index.ts';

export interface TalkCalleePorts {
  readonly userAgent: UserAgent;
  readonly clock: Clock;
  readonly at: (atMs: number, callback: () => void) => () => void;
  readonly send: (bytes: Uint8Array) => void;
  /** Where this side takes audio. */
  readonly media: HostPort;
  readonly codecs: readonly OfferedCodec[];
  /** Agreed on, at the answer and whenever it changes. */
  readonly onAudio: (audio: AgreedAudio) => void;
}

export class TalkCallee {
  readonly #ports: TalkCalleePorts;
  /** In the order in which they came: the first is the call itself. */
  readonly #legs: string[] = [];
  #version = 0;
  #cancelTimer: (() => void) | undefined;
  #isClosed = false;

  constructor(ports: TalkCalleePorts) {
    this.#ports = ports;
  }

  receive(bytes: Uint8Array, source: Hop): void {
    this.#run(this.#ports.userAgent.receive(bytes, source, this.#now()));
  }

  hangUp(): void {
    for (const legId of this.#legs) this.#run(this.#ports.userAgent.hangUp(legId, this.#now()));
  }

  /** Lets go of its timer. */
  close(): void {
    this.#isClosed = true;
    this.#cancelTimer?.();
  }

  #run(effects: readonly SipEffect[]): void {
    const { userAgent, at } = this.#ports;
    for (const effect of effects) {
      if (effect.type === 'send') this.#ports.send(effect.bytes);
      else if (effect.type === 'incoming') this.#answer(effect.call.legId, effect.call.sdp);
      else if (effect.type === 'leg') this.#onLeg(effect.legId, effect.event);
    }
    this.#cancelTimer?.();
    const deadlineMs = this.#isClosed ? undefined : userAgent.deadlineMs();
    this.#cancelTimer =
      deadlineMs === undefined
        ? undefined
        : at(deadlineMs, () => {
            this.#run(userAgent.onDeadline(this.#now()));
          });
  }

  #answer(legId: string, offer = ''): void {
    const { userAgent } = this.#ports;
    this.#legs.push(legId);
    const sdp = this.#agree(offer);
    this.#run(userAgent.ring(legId, this.#now()));
    this.#run(
      sdp === undefined ? userAgent.reject(legId, 488, this.#now()) : userAgent.accept(legId, sdp, this.#now()),
    );
  }

  #onLeg(legId: string, event: LegEvent): void {
    const { userAgent } = this.#ports;
    if (event.type === 'offer-received') {
      this.#run(userAgent.answerOffer(legId, event.offerId, this.#agree(event.sdp ?? ''), this.#now()));
    } else if (event.type === 'refer-received') {
      // Whoever it is that the call goes to now: they have answered.
      this.#run(userAgent.answerRefer(legId, event.referId, 202, this.#now()));
      this.#run(userAgent.notifyRefer(legId, event.referId, 200, this.#now()));
    }
  }

  #agree(offer: string): string | undefined {
    const { media, codecs, onAudio } = this.#ports;
    this.#version += 1;
    const answered = answerAudioOffer(offer, {
      address: media.host,
      port: media.port,
      sessionId: 1,
      version: this.#version,
      codecs,
    });
    if (!answered.ok) return undefined;
    onAudio(answered.value.audio);
    return answered.value.sdp;
  }

  #now(): number {
    return this.#ports.clock.nowMs();
  }
}
