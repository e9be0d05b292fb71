/** A telephone that calls the gateway of a simulated world: a user agent and a media plane of its own, driven by the test. */
import { digest } from '../../src/host/index.ts';
import { seededRandom } from '../../src/kit/index.ts';
import { acceptAudioAnswer, createAudioOffer } from '../../src/sdp/index.ts';
import {
  createUserAgent,
  type Hop,
  type InviteOrder,
  type LegEvent,
  type SipEffect,
  type UserAgent,
} from '../../src/sip/index.ts';
import { createSimMediaPlane } from '../../src/testing/index.ts';
import type { World } from './world.ts';

export const gatewayHop = { transport: 'udp', host: '10.0.0.1', port: 5060 } as const;

export interface CallerOptions {
  readonly host?: string;
  readonly to?: string;
  readonly from?: string;
  readonly headers?: InviteOrder['headers'];
  readonly credentials?: { readonly username: string; readonly password: string };
  readonly callId?: string;
  /** Of the session description that is offered; PCMU and PCMA by default. */
  readonly sdp?: string;
}

export class Caller {
  readonly legId: string;
  readonly agent: UserAgent;
  readonly events: LegEvent[] = [];
  /** What the gateway said, as this telephone understood it, and when. */
  readonly heard: { readonly text: string; readonly atMs: number }[] = [];
  /** First lines of what the gateway sent. */
  readonly received: string[] = [];
  readonly messages: string[] = [];
  #cancelTimer: (() => void) | undefined;
  #offer = '';
  readonly #world: World;
  readonly #own: Hop;
  readonly #options: CallerOptions;
  readonly #media;

  constructor(world: World, options: CallerOptions = {}) {
    const { clock, network } = world;
    const random = seededRandom(77);
    this.#world = world;
    this.#options = options;
    this.legId = options.callId ?? 'call-from-outside@10.0.0.4';
    this.#own = { transport: 'udp', host: options.host ?? '10.0.0.4', port: 5060 };
    const { host } = this.#own;
    this.agent = createUserAgent({ random, sentBy: this.#own, userAgent: 'caller', digest });
    this.#media = createSimMediaPlane(clock, network, { host, firstPort: 30_000, portCount: 10, random });
    this.#media.onEvent((_sessionId, event) => {
      if (event.type === 'opened') this.#invite(event.port);
      if (event.type !== 'recognition' || event.event.type !== 'final' || event.event.text === '') return;
      this.heard.push({ text: event.event.text, atMs: clock.nowMs() });
    });
    network.bind(this.#own, (bytes, source) => {
      const text = new TextDecoder().decode(bytes);
      this.messages.push(text);
      this.received.push(text.slice(0, text.indexOf('\r\n')));
      this.run(this.agent.receive(bytes, source, clock.nowMs()));
    });
  }

  /** Statuses that the gateway answered the INVITE with, in order, retransmissions left out. */
  get statuses(): number[] {
    const statuses = this.messages.flatMap((text) => {
      const [, status] = /^SIP\/2\.0 (\d+) /.exec(text) ?? [];
      return status !== undefined && /\r\nCSeq: \d+ INVITE\r\n/i.test(text) ? [Number(status)] : [];
    });
    return statuses.filter((status, index) => status !== statuses[index - 1]);
  }

  /** Calls when its media port is open: at once, that is. */
  call(): void {
    this.#media.send(this.legId, {
      type: 'open',
      recognition: { endOfSpeechMs: 600, confidenceThreshold: 0 },
      sourcePolicy: 'strict',
    });
  }

  say(text: string): void {
    this.#media.send(this.legId, { type: 'play', playbackId: `say-${this.#world.clock.nowMs()}`, text });
  }

  hangUp(): void {
    this.run(this.agent.hangUp(this.legId, this.#world.clock.nowMs()));
  }

  #invite(port: number): void {
    const { host } = this.#own;
    const { to = 'sip:clinic@10.0.0.1', from = 'sip:+390651234@10.0.0.4', headers, credentials, sdp } = this.#options;
    this.#offer =
      sdp ??
      createAudioOffer({
        address: host,
        port,
        sessionId: 5,
        codecs: ['PCMU', 'PCMA'],
        telephoneEventPayloadType: 101,
      });
    const order: InviteOrder = {
      legId: this.legId,
      to,
      from,
      routes: [],
      outboundProxy: gatewayHop,
      sdp: this.#offer,
      ringTimeoutMs: 60_000,
      ...(headers === undefined ? {} : { headers }),
      ...(credentials === undefined
        ? {}
        : { credentials: [{ username: credentials.username, password: { reveal: () => credentials.password } }] }),
    };
    this.run(this.agent.invite(order, this.#world.clock.nowMs()));
  }

  run(effects: readonly SipEffect[]): void {
    const { clock, network } = this.#world;
    for (const effect of effects) {
      if (effect.type === 'send') network.send(effect.bytes, this.#own, effect.to);
      else if (effect.type === 'leg') this.#onLeg(effect.event);
    }
    this.#cancelTimer?.();
    const deadlineMs = this.agent.deadlineMs();
    this.#cancelTimer =
      deadlineMs === undefined
        ? undefined
        : clock.at(deadlineMs, () => {
            this.run(this.agent.onDeadline(clock.nowMs()));
          });
  }

  #onLeg(event: LegEvent): void {
    this.events.push(event);
    if (event.type !== 'answered') return;
    const answer = acceptAudioAnswer(event.sdp ?? '', this.#offer);
    if (!answer.ok) throw new Error(answer.error);
    this.#media.send(this.legId, { type: 'connect', remote: answer.value });
    this.#media.send(this.legId, { type: 'listen' });
  }
}
