/** For tests only: one user agent with an explicit clock, and a peer that is written down message by message. */
import { type JsonObject, seededRandom } from '../../kit/index.ts';
import type { Hop, IncomingCall, InviteOrder, RegistrationEvent, SipEffect, UserAgent } from '../contract.ts';
import type { LegEvent } from '../leg-event.ts';
import { headerValue } from '../syntax/header.ts';
import type { SipMessage, SipRequest } from '../syntax/message.ts';
import { parseMessage } from '../syntax/parse-message.ts';
import type { UserAgentOptions } from './core.ts';
import { createUserAgent } from './create-user-agent.ts';

export interface Sent {
  readonly atMs: number;
  readonly message: SipMessage;
  readonly text: string;
  readonly to: Hop;
}

export interface PeerRequest {
  readonly cseq?: number;
  readonly headers?: readonly string[];
  readonly sdp?: string;
  /** A body whose type stands in `headers`. */
  readonly body?: string;
  readonly branch?: string;
  readonly toTag?: string;
  readonly fromTag?: string;
}

export const peer: Hop = { transport: 'udp', host: '192.0.2.20', port: 5060 };
export const peerTag = 'peer-1';
export const encoder = new TextEncoder();

export class Story {
  readonly agent: UserAgent;
  nowMs = 0;
  readonly sent: Sent[] = [];
  readonly events: LegEvent[] = [];
  readonly calls: IncomingCall[] = [];
  readonly dropped: string[] = [];
  readonly registrations: RegistrationEvent[] = [];
  readonly snapshots: JsonObject[] = [];
  readonly pinged: Extract<SipEffect, { type: 'pinged' }>[] = [];
  readonly locating: Extract<SipEffect, { type: 'locate' }>[] = [];
  #branches = 0;

  constructor(options: Partial<UserAgentOptions> = {}) {
    const sentBy = { host: '198.51.100.7', port: 5070 };
    this.agent = createUserAgent({ random: seededRandom(1), sentBy, userAgent: 'outdial/test', ...options });
  }

  run(effects: readonly SipEffect[]): void {
    for (const effect of effects) {
      switch (effect.type) {
        case 'send': {
          const parsed = parseMessage(effect.bytes);
          if (!parsed.ok) throw new Error(`we sent what we do not parse: ${parsed.error.reason}`);
          const text = new TextDecoder().decode(effect.bytes);
          this.sent.push({ atMs: this.nowMs, message: parsed.value, text, to: effect.to });
          break;
        }
        case 'leg':
          this.events.push(effect.event);
          break;
        case 'pinged':
          this.pinged.push(effect);
          break;
        case 'locate':
          this.locating.push(effect);
          break;
        case 'dialog':
          this.snapshots.push(effect.snapshot);
          break;
        case 'registration':
          this.registrations.push(effect.event);
          break;
        case 'incoming':
          this.calls.push(effect.call);
          break;
        case 'dropped':
          this.dropped.push(effect.what);
          break;
        default:
          effect satisfies never;
      }
    }
  }

  /** Lets time pass, waking the agent exactly when it asked to be. */
  advance(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (let due = this.agent.deadlineMs(); due !== undefined && due <= untilMs; due = this.agent.deadlineMs()) {
      this.nowMs = Math.max(due, this.nowMs);
      this.run(this.agent.onDeadline(this.nowMs));
    }
    this.nowMs = untilMs;
  }

  invite(order: Partial<InviteOrder> = {}): SipRequest {
    this.run(
      this.agent.invite(
        {
          legId: 'call-1',
          to: 'sip:bob@192.0.2.20',
          from: 'sip:alice@198.51.100.7',
          routes: [],
          sdp: 'v=0\r\n',
          ringTimeoutMs: 60_000,
          ...order,
        },
        this.nowMs,
      ),
    );
    return this.lastRequest('INVITE');
  }

  hangUp(): void {
    this.run(this.agent.hangUp('call-1', this.nowMs));
  }

  receive(text: string, source: Hop = peer): void {
    this.run(this.agent.receive(encoder.encode(text), source, this.nowMs));
  }

  /** The peer answers a request of ours. */
  reply(request: SipRequest, status: number, options: Omit<PeerRequest, 'cseq'> = {}): void {
    const { toTag = peerTag, headers = [], sdp } = options;
    const to = headerValue(request.headers, 'to') ?? '';
    const tagged = status === 100 || request.toTag !== undefined ? to : `${to};tag=${toTag}`;
    const lines = [
      `SIP/2.0 ${status} Word`,
      ...request.headers.filter(({ key }) => key === 'via').map(({ value }) => `Via: ${value}`),
      `From: ${headerValue(request.headers, 'from') ?? ''}`,
      `To: ${tagged}`,
      `Call-ID: ${request.callId}`,
      `CSeq: ${request.cseq.number} ${request.cseq.method}`,
      ...headers,
    ];
    this.receive(withBody(lines, sdp));
  }

  /** Places a call and has it answered. */
  answeredCall(headers: readonly string[] = ['Contact: <sip:bob@192.0.2.20>']): SipRequest {
    const invite = this.invite();
    this.reply(invite, 200, { headers, sdp: 'v=0\r\n' });
    return invite;
  }

  /** The peer sends a request inside the dialog of `answeredCall`. */
  peerRequest(method: string, options: PeerRequest = {}): string {
    return this.peerRequestOf('call-1', method, options);
  }

  peerRequestOf(callId: string, method: string, options: PeerRequest = {}): string {
    this.#branches += 1;
    const { cseq = 1, headers = [], sdp, branch = `z9hG4bKpeer${this.#branches}`, fromTag = peerTag } = options;
    const toTag = options.toTag ?? this.localTag();
    const lines = [
      `${method} sip:alice@198.51.100.7:5070 SIP/2.0`,
      `Via: SIP/2.0/UDP 192.0.2.20:5060;rport;branch=${branch}`,
      'Max-Forwards: 70',
      `From: <sip:bob@192.0.2.20>;tag=${fromTag}`,
      `To: <sip:alice@198.51.100.7>;tag=${toTag}`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} ${method}`,
      ...headers,
    ];
    const text = options.body === undefined ? withBody(lines, sdp) : withLength(lines, options.body);
    this.receive(text);
    return text;
  }

  localTag(): string {
    const first = this.sent.find(({ message }) => message.kind === 'request' || message.status > 100)?.message;
    return (first?.kind === 'request' ? first.fromTag : first?.toTag) ?? '';
  }

  requests(method: string): Sent[] {
    return this.sent.filter(({ message }) => message.kind === 'request' && message.method === method);
  }

  lastRequest(method: string): SipRequest {
    const message = this.requests(method).at(-1)?.message;
    if (message?.kind !== 'request') throw new Error(`no ${method} was sent`);
    return message;
  }

  /** Statuses of the responses we sent. */
  statuses(): number[] {
    return this.sent.flatMap(({ message }) => (message.kind === 'response' ? [message.status] : []));
  }

  eventTypes(): string[] {
    return this.events.map(({ type }) => type);
  }
}

export function withBody(lines: readonly string[], sdp: string | undefined): string {
  const type = sdp === undefined ? [] : ['Content-Type: application/sdp'];
  return withLength([...lines, ...type], sdp ?? '');
}

function withLength(lines: readonly string[], body: string): string {
  return `${[...lines, `Content-Length: ${encoder.encode(body).length}`].join('\r\n')}\r\n\r\n${body}`;
}
