/**
 * Drives calls: takes one input, runs that call's machine to a standstill, carries out its effects and asks for the next
 * deadline. Knows only ports. A fault inside one call is caught here, ends that call and touches no other.
 */
import {
  callDeadlineMs,
  type CallEffect,
  type CallInput,
  type CallState,
  type CallStateName,
  newCallState,
  onCall,
} from '../call/index.ts';
import type { ReplyPart } from '../conversation/index.ts';
import { err, type GatewayError, gatewayError, ok, randomUuid, type Result } from '../kit/index.ts';
import type { MediaEvent } from '../media/index.ts';
import type { HostPort, LegEvent, OrphanOrder, SipEffect } from '../sip/index.ts';
import { changeBot, type StartCallOrder } from '../tenants/index.ts';
import type { ConfigureSpeech } from '../turn/index.ts';
import { CallSpeech } from './call-speech.ts';
import { findTransferFault } from './find-transfer-fault.ts';
import { type CallContext, planCall } from './plan-call.ts';
import type { Acceptance, EnginePorts, EngineSettings } from './ports.ts';

interface RunningCall extends Omit<CallContext, 'bot' | 'tenant'> {
  bot: CallContext['bot'];
  /** Of the next turn only, instead of `bot`. */
  botOfNextTurn: CallContext['bot'] | undefined;
  tenant: CallContext['tenant'];
  state: CallState;
  /** Inputs that came up while the machine was running; they follow in order. */
  readonly waiting: CallInput[];
  isRunning: boolean;
  cancelTimer: (() => void) | undefined;
  timerAtMs: number | undefined;
  /** Aborts the turn that is under way. */
  abortTurn: (() => void) | undefined;
  readonly speech: CallSpeech;
}

export interface Engine {
  /** Accepts a call: it is durable when this resolves well. The outcome is told by webhook, never here. */
  startCall(order: StartCallOrder, acceptance?: Acceptance): Promise<Result<AcceptedCall, GatewayError>>;
  /**
   * Sends CANCEL or BYE for a call of an earlier life of the process; `onOver` is called when its far end has answered, or nobody
   * has in time. False when its snapshot cannot be read: then nothing follows.
   */
  endOrphan(order: OrphanOrder, onOver: () => void): boolean;
  /** Another node has this call now: lets go of it here, without a word to anybody. */
  letGo(sessionId: string): void;
  /** One SIP datagram. */
  receive(bytes: Uint8Array, source: HostPort): void;
  /** A datagram of a `send` effect could not leave. */
  sendFailed(to: HostPort, detail: string): void;
  /** Those that are being made durable among them. */
  activeCalls(): number;
  /** Whether a call of this session is not over. */
  hasCall(sessionId: string): boolean;
  /** Takes no new calls from now on. Resolves when the last call is over. */
  drain(): Promise<void>;
  /** Ends every call now. */
  stopCalls(error: GatewayError): void;
  /** Lets go of every timer. SIP transactions that still wait for stray retransmissions are forgotten. */
  close(): void;
}

/** When a full or busy gateway should be asked again: calls end every few seconds. */
const busyRetryAfterS = 5;

export interface AcceptedCall {
  readonly sessionId: string;
}

export function createEngine(ports: EnginePorts, settings: EngineSettings): Engine {
  const calls = new Map<string, RunningCall>();
  /** What is to be done when the far end of a call of an earlier life is gone. */
  const orphans = new Map<string, () => void>();
  /** Calls that are being made durable. */
  let accepting = 0;
  let isDraining = false;
  let isClosed = false;
  let whenEmpty: (() => void)[] = [];
  let cancelSipTimer: (() => void) | undefined;
  let sipTimerAtMs: number | undefined;

  ports.media.onEvent((sessionId: string, event: MediaEvent) => {
    dispatch(sessionId, { type: 'media', event });
  });

  function dispatch(sessionId: string, input: CallInput): void {
    const call = calls.get(sessionId);
    if (call === undefined) return;
    call.waiting.push(input);
    if (call.isRunning) return;
    call.isRunning = true;
    try {
      for (let next = call.waiting.shift(); next !== undefined; next = call.waiting.shift()) step(call, next);
    } catch (fault) {
      abandon(call, fault);
    } finally {
      call.isRunning = false;
    }
    if (calls.has(sessionId)) setCallTimer(call);
  }

  function step(call: RunningCall, input: CallInput): void {
    const [state, ...effects] = onCall(call.state, input, ports.clock.nowMs());
    call.state = state;
    for (const effect of effects) carryOut(call, effect);
  }

  function carryOut(call: RunningCall, effect: CallEffect): void {
    const { sessionId } = call.state.plan;
    switch (effect.type) {
      case 'ask':
        ask(call, effect);
        return;
      case 'abandon':
        call.abortTurn?.();
        return;
      case 'set-bot':
        setBot(call, effect);
        return;
      case 'media':
        ports.media.send(sessionId, call.speech.complete(effect.command));
        return;
      case 'configure-speech':
        configureSpeech(call, effect);
        return;
      case 'invite':
        carryOutSip(ports.userAgent.invite({ ...call.invite, sdp: effect.sdp }, ports.clock.nowMs()));
        return;
      case 'hang-up':
        carryOutSip(ports.userAgent.hangUp(sessionId, ports.clock.nowMs(), effect.headers));
        return;
      case 'offer':
        carryOutSip(ports.userAgent.offer(sessionId, effect.sdp, ports.clock.nowMs()));
        return;
      case 'refer':
        carryOutSip(ports.userAgent.refer(sessionId, effect.order, ports.clock.nowMs()));
        return;
      case 'judge-transfer': {
        const fault = findTransferFault(effect.target, call.tenant, settings);
        dispatch(sessionId, { type: 'transfer-judged', ...(fault === undefined ? {} : { fault }) });
        return;
      }
      case 'answer-offer':
        carryOutSip(ports.userAgent.answerOffer(sessionId, effect.offerId, effect.sdp, ports.clock.nowMs()));
        return;
      case 'notify':
        notify(call, effect.callState, effect.failureReason);
        return;
      case 'observe':
        if (effect.event.type === 'call.answered') ports.guards.answered(sessionId, effect.event.atMs);
        ports.observe(sessionId, call.state.plan.tenantId, effect.event, call.state);
        return;
      case 'over':
        finish(call);
        return;
      default:
        effect satisfies never;
    }
  }

  function configureSpeech(call: RunningCall, effect: ConfigureSpeech): void {
    const { sessionId } = call.state.plan;
    const configured = call.speech.configure(effect);
    if (configured.ok) {
      ports.media.send(sessionId, configured.value);
      return;
    }
    const action = effect.service === 'stt' ? 'vgwActSetSTTConfig' : 'vgwActSetTTSConfig';
    dispatch(sessionId, { type: 'warning', message: `${action} was not carried out: ${configured.error}.` });
  }

  function notify(call: RunningCall, callState: CallStateName, failureReason: string | null): void {
    const { plan, end } = call.state;
    const isLast = callState === 'ended' || callState === 'failed';
    const { sessionId } = plan;
    ports.notify({ sessionId, callState, failureReason, ...(isLast && end !== undefined ? { end } : {}) });
  }

  function setBot(call: RunningCall, { config, isOnce }: Extract<CallEffect, { type: 'set-bot' }>): void {
    const { sessionId } = call.state.plan;
    const changed = changeBot(call.tenant, config);
    if (!changed.ok) {
      const message = `vgwActSetConversationConfig was skipped: ${changed.error}.`;
      dispatch(sessionId, { type: 'warning', message });
      return;
    }
    const bot = ports.botOf(changed.value);
    if (isOnce) {
      call.botOfNextTurn = bot;
      return;
    }
    call.tenant = changed.value;
    call.bot = bot;
  }

  function ask(call: RunningCall, effect: Extract<CallEffect, { type: 'ask' }>): void {
    const { sessionId, tenantId } = call.state.plan;
    const { turnId, text, context, spoken } = effect;
    const { botTimeoutMs } = call.state.variables;
    const bot = call.botOfNextTurn ?? call.bot;
    call.botOfNextTurn = undefined;
    const restored = call.speech.onTurn();
    if (restored !== undefined) ports.media.send(sessionId, restored);
    // The last turn does not wait for an answer that nobody will hear any more.
    call.abortTurn?.();
    const aborting = ports.newAbort();
    const { signal } = aborting;
    call.abortTurn = () => {
      aborting.abort();
    };
    const onPart = (part: ReplyPart): void => {
      if (!signal.aborted) dispatch(sessionId, { type: 'reply-part', turnId, part });
    };
    const request = {
      sessionId,
      tenantId,
      text,
      context,
      ...(spoken === undefined ? {} : { spoken }),
      ...(botTimeoutMs === undefined ? {} : { answerTimeoutMs: botTimeoutMs }),
    };
    bot.turn(request, signal, onPart).then(
      (result) => {
        if (!signal.aborted) dispatch(sessionId, { type: 'replied', turnId, result });
      },
      (fault: unknown) => {
        if (signal.aborted) return;
        ports.reportFault(sessionId, fault);
        const result = err(gatewayError('bot.unreachable', 'The connection to the bot failed unexpectedly'));
        dispatch(sessionId, { type: 'replied', turnId, result });
      },
    );
  }

  function carryOutSip(effects: readonly SipEffect[]): void {
    let kept = Promise.resolve();
    let isHeld = false;
    for (const effect of effects) {
      switch (effect.type) {
        case 'send':
          // INVITE and ACK wait until the dialog is safe: who would end the call otherwise, if the process died now?
          if (isHeld) {
            void kept.then(() => {
              ports.sendDatagram(effect.bytes, effect.to);
            });
          } else ports.sendDatagram(effect.bytes, effect.to);
          break;
        case 'leg':
          if (endsLeg(effect.event)) endOrphan(effect.legId);
          dispatch(effect.legId, { type: 'leg', event: effect.event });
          break;
        case 'dropped':
          ports.reportDropped(effect.what, effect.detail, effect.source);
          break;
        case 'dialog':
          kept = ports.keepDialog(effect.legId, effect.snapshot);
          isHeld = true;
          break;
        case 'incoming':
          // The user agent refuses calls by itself unless it was told to accept them.
          break;
        default:
          effect satisfies never;
      }
    }
    setSipTimer();
  }

  function endOrphan(legId: string): void {
    const onOver = orphans.get(legId);
    orphans.delete(legId);
    onOver?.();
  }

  function finish(call: RunningCall): void {
    const { sessionId } = call.state.plan;
    ports.writeRecord(call.state);
    forget(call, sessionId);
  }

  function forget(call: RunningCall, sessionId: string): void {
    call.cancelTimer?.();
    call.abortTurn?.();
    ports.guards.end(sessionId, ports.clock.nowMs(), ports.clock.wallMs());
    calls.delete(sessionId);
    tellWhenEmpty();
  }

  function tellWhenEmpty(): void {
    if (calls.size + accepting > 0) return;
    for (const resolve of whenEmpty) resolve();
    whenEmpty = [];
  }

  /** A fault of ours: this call ends, with everything it holds; the process and the other calls go on. */
  function abandon(call: RunningCall, fault: unknown): void {
    const { sessionId } = call.state.plan;
    ports.reportFault(sessionId, fault);
    const error = gatewayError('internal.bug', 'A fault in the gateway ended this call');
    try {
      call.waiting.length = 0;
      step(call, { type: 'stop', error });
    } catch (second) {
      ports.reportFault(sessionId, second);
      ports.media.send(sessionId, { type: 'close' });
      carryOutSip(ports.userAgent.hangUp(sessionId, ports.clock.nowMs()));
      if (call.state.end === undefined) notify(call, 'failed', error.message);
      ports.writeRecord(call.state);
      forget(call, sessionId);
    }
  }

  function setCallTimer(call: RunningCall): void {
    const atMs = callDeadlineMs(call.state);
    if (atMs === call.timerAtMs) return;
    call.cancelTimer?.();
    call.timerAtMs = atMs;
    const { sessionId } = call.state.plan;
    call.cancelTimer =
      atMs === undefined
        ? undefined
        : ports.at(atMs, () => {
            call.timerAtMs = undefined;
            dispatch(sessionId, { type: 'deadline' });
          });
  }

  function setSipTimer(): void {
    const atMs = isClosed ? undefined : ports.userAgent.deadlineMs();
    if (atMs === sipTimerAtMs) return;
    cancelSipTimer?.();
    sipTimerAtMs = atMs;
    cancelSipTimer =
      atMs === undefined
        ? undefined
        : ports.at(atMs, () => {
            sipTimerAtMs = undefined;
            carryOutSip(ports.userAgent.onDeadline(ports.clock.nowMs()));
          });
  }

  return {
    async startCall(order, acceptance = {}) {
      if (isDraining) return err(gatewayError('gateway.draining', 'The gateway is shutting down'));
      if (settings.maxCalls > 0 && calls.size + accepting >= settings.maxCalls) {
        const error = gatewayError('gateway.full', `All ${settings.maxCalls} call slots are in use`);
        return err({ ...error, retryAfterS: busyRetryAfterS });
      }
      if (ports.isOverloaded()) {
        return err({ ...gatewayError('gateway.overloaded', 'The machine is busy'), retryAfterS: busyRetryAfterS });
      }
      const { limits } = order.tenant;
      const admitted = ports.guards.check(limits, order.to, ports.clock.nowMs(), ports.clock.wallMs());
      if (!admitted.ok) return admitted;
      const maxDurationMs = Math.min(settings.maxCallDurationMs, admitted.value.maxDurationMs ?? Infinity);
      const sessionId = randomUuid(ports.random);
      const planned = planCall(order, sessionId, ports, settings, maxDurationMs);
      if (!planned.ok) return planned;
      const { plan, context } = planned.value;
      ports.guards.begin(sessionId, limits, ports.clock.nowMs());
      accepting++;
      const kept = await ports.accept({ plan, order, acceptedAtWallMs: ports.clock.wallMs(), acceptance });
      accepting--;
      if (!kept.ok || isClosed) {
        ports.guards.end(sessionId, ports.clock.nowMs(), ports.clock.wallMs());
        tellWhenEmpty();
        return kept.ok ? err(gatewayError('gateway.draining', 'The gateway is shutting down')) : kept;
      }
      const call: RunningCall = {
        ...context,
        state: newCallState({ ...plan, activeCalls: calls.size + 1 }, ports.clock.nowMs(), ports.clock.wallMs()),
        botOfNextTurn: undefined,
        waiting: [],
        isRunning: false,
        cancelTimer: undefined,
        timerAtMs: undefined,
        abortTurn: undefined,
        speech: new CallSpeech(order.tenant, ports.checkRequestUrl ?? (() => ok(undefined))),
      };
      calls.set(sessionId, call);
      dispatch(sessionId, { type: 'begin' });
      return ok({ sessionId });
    },
    endOrphan(order, onOver) {
      const { isKnown, effects } = ports.userAgent.endOrphan(order, ports.clock.nowMs());
      if (isKnown) orphans.set(order.legId, onOver);
      carryOutSip(effects);
      return isKnown;
    },
    letGo(sessionId) {
      const call = calls.get(sessionId);
      if (call === undefined) return;
      ports.media.send(sessionId, { type: 'close' });
      forget(call, sessionId);
    },
    receive(bytes, source) {
      carryOutSip(ports.userAgent.receive(bytes, source, ports.clock.nowMs()));
    },
    sendFailed(to, detail) {
      carryOutSip(ports.userAgent.sendFailed(to, detail, ports.clock.nowMs()));
    },
    activeCalls: () => calls.size + accepting,
    hasCall: (sessionId) => calls.has(sessionId),
    drain() {
      isDraining = true;
      if (calls.size + accepting === 0) return Promise.resolve();
      return new Promise((resolve) => {
        whenEmpty.push(resolve);
      });
    },
    stopCalls(error) {
      for (const sessionId of calls.keys()) dispatch(sessionId, { type: 'stop', error });
    },
    close() {
      isClosed = true;
      cancelSipTimer?.();
      for (const [sessionId, call] of calls) forget(call, sessionId);
    },
  };
}

/** Whether nothing more happens on that leg. */
function endsLeg({ type }: LegEvent): boolean {
  return lastWords.has(type);
}

const lastWords: ReadonlySet<LegEvent['type']> = new Set([
  'bye-finished',
  'bye-received',
  'dialog-lost',
  'cancelled',
  'rejected',
  'unreachable',
]);
