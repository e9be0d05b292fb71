/**
 * Drives calls: takes one input, runs that call's machine to a standstill, carries out its effects and asks for the next
 * deadline. Knows only ports. A fault inside one call is caught here, ends that call and touches no other.
 */
import {
  callDeadlineMs,
  type ControlCommand,
  findCommandFault,
  type CallEffect,
  type CallInput,
  type CallStateName,
  onCall,
  type SecondLegVerdict,
} from '../call/index.ts';
import { err, type GatewayError, gatewayError, ok, type Result } from '../kit/index.ts';
import type { MediaEvent } from '../media/index.ts';
import { TrunkGuard } from '../policy/index.ts';
import type { AvoidedHop, Hop, OrphanOrder, RegisterOrder } from '../sip/index.ts';
import { changeBot, type StartCallOrder } from '../tenants/index.ts';
import type { ConfigureSpeech } from '../turn/index.ts';
import { BotExchanges } from './bot-exchanges.ts';
import { BotTurns } from './bot-turns.ts';
import { type AcceptedCall, CallIntake } from './call-intake.ts';
import type { CallTraces } from './call-traces.ts';
import { findTransferFault } from './find-target-fault.ts';
import { encryptionFor, encryptionTowards, isSecureHop, verdictOf } from './media-encryption.ts';
import { withSafeRedirects } from './plan-call.ts';
import { carryOutLegEffect, isLegEffect } from './leg-effects.ts';
import type { Acceptance, EnginePorts, EngineSettings, OutgoingTextMessage, TargetReport } from './ports.ts';
import type { RunningCall } from './running-call.ts';
import { Signalling } from './signalling.ts';

export interface Engine {
  /** Accepts a call: it is durable when this resolves well. The outcome is told by webhook, never here. */
  startCall(order: StartCallOrder, acceptance?: Acceptance): Promise<Result<AcceptedCall, GatewayError>>;
  /**
   * Sends CANCEL or BYE for a call of an earlier life of the process; `onOver` is called when its far end has answered, or nobody
   * has in time. False when its snapshot cannot be read: then nothing follows.
   */
  endOrphan(order: OrphanOrder, onOver: () => void): boolean;
  /** Keeps a binding with a registrar; how it goes is told by `EnginePorts.onRegistration`. */
  register(order: RegisterOrder): void;
  /** Takes it away. */
  unregister(registrationId: string): void;
  /** Tells a running call of this process what to do; `call.unknown` when it is not one. */
  control(sessionId: string, command: ControlCommand): Result<void, GatewayError>;
  /**
   * Another node has this call now: lets go of it here, and neither tells nor records anything. Its far end gets a BYE or CANCEL once
   * more: what it answered while this process was held up, only this process has heard.
   */
  letGo(sessionId: string): void;
  /** Takes no new calls from now on, and lets go of all. */
  letGoOfAll(): void;
  /** One SIP datagram. */
  receive(bytes: Uint8Array, source: Hop): void;
  /** A datagram of a `send` effect could not leave. */
  sendFailed(to: Hop, detail: string): void;
  /** How each target of the trunk is. */
  trunkTargets(): readonly TargetReport[];
  /** Calls that are on the trunk; undefined without one. */
  trunkCalls(): number | undefined;
  /** Places that have failed, and go after others for a while. */
  avoidedHops(): readonly AvoidedHop[];
  /** Those that are being made durable among them. */
  activeCalls(): number;
  /** Whether a call of this session is not over. */
  hasCall(sessionId: string): boolean;
  /** What has been traced so far of a call that is not over; undefined when there is no such call here. */
  tracesSoFar(sessionId: string): CallTraces | undefined;
  /** Takes no new calls from now on. Resolves when the last call is over. */
  drain(): Promise<void>;
  /** Ends every call now. */
  stopCalls(error: GatewayError): void;
  /** Lets go of every timer. SIP transactions that still wait for stray retransmissions are forgotten. */
  close(): void;
}

export function createEngine(ports: EnginePorts, settings: EngineSettings): Engine {
  const calls = new Map<string, RunningCall>();
  let whenEmpty: (() => void)[] = [];
  const exchanges = settings.isBotTraced === true ? new BotExchanges(ports.clock) : undefined;
  const botTurns = new BotTurns(ports, dispatch, exchanges);
  const trunkGuard = settings.trunkUse === undefined ? undefined : new TrunkGuard(settings.trunkUse);
  const signalling = new Signalling(ports, settings, {
    onLeg: (sessionId, legId, event) => {
      const place = legId === sessionId ? {} : { legId };
      const newLeg = event.type === 'replace-received' ? { newLeg: judgeReplacement(sessionId, event.source) } : {};
      dispatch(sessionId, { type: 'leg', event, ...place, ...newLeg });
    },
    onIncoming: (call, order) => void intake.take(call, order),
  });
  const intake = new CallIntake(ports, settings, { calls, trunkGuard, signalling, dispatch, onFewer: tellWhenEmpty });

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
    if (isLegEffect(effect)) {
      if (effect.type === 'invite-second') {
        // It counts as a call until this one is over.
        call.furtherLegs.push(effect.legId);
        ports.guards.begin(effect.legId, call.tenant.limits, ports.clock.nowMs());
        if (call.isByTrunk) trunkGuard?.add(effect.legId);
      }
      const hasKeys = effect.type === 'invite-second' && call.state.secondLeg?.encryption !== undefined;
      const invite = hasKeys ? withSafeRedirects({ ...call.invite, routes: [] }, call.tenant) : call.invite;
      carryOutLegEffect(ports, signalling, { state: call.state, invite }, effect);
      return;
    }
    switch (effect.type) {
      case 'ask':
        ask(call, effect);
        return;
      case 'abandon':
        call.abortTurn?.();
        return;
      case 'speculate':
        botTurns.speculate(call, effect);
        return;
      case 'drop-speculation':
        botTurns.drop(call);
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
      case 'send-text-message':
        sendTextMessage(call, effect.message);
        return;
      case 'judge-transfer': {
        const verdict =
          effect.isCalledByUs === true ? judgeSecondLeg(call, effect.target) : judgeTarget(call, effect.target);
        dispatch(sessionId, { type: 'transfer-judged', ...verdict });
        return;
      }
      case 'judge-redirection': {
        dispatch(sessionId, { type: 'redirection-judged', ...judgeSecondLeg(call, effect.target) });
        return;
      }
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

  /** Whether we may call there, and the keys of SRTP that such a leg offers. */
  function judgeSecondLeg(call: RunningCall, target: string | undefined): SecondLegVerdict {
    const judged = judgeTarget(call, target);
    const fault = judged.fault ?? findLimit(call, target);
    if (fault !== undefined || target === undefined) return fault === undefined ? {} : { fault };
    return verdictOf(encryptionTowards(target, call.tenant, settings, ports.random));
  }

  function judgeTarget({ tenant }: RunningCall, target: string | undefined): SecondLegVerdict {
    const fault = findTransferFault(target, tenant, settings);
    return fault === undefined ? {} : { fault };
  }

  /** Whether somebody may come in place of the callee, and the keys that it is answered with. */
  function judgeReplacement(sessionId: string, source: Hop): SecondLegVerdict {
    const call = calls.get(sessionId);
    return call === undefined ? {} : verdictOf(encryptionFor(call.tenant, isSecureHop(source), ports.random));
  }

  /** A further leg is a call that somebody pays for: it is held to the limits of one. */
  function findLimit({ tenant: { limits } }: RunningCall, target = ''): string | undefined {
    const admitted = ports.guards.check(limits, target, ports.clock.nowMs(), ports.clock.wallMs());
    return admitted.ok ? undefined : admitted.error.message;
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

  function sendTextMessage(call: RunningCall, message: OutgoingTextMessage): void {
    const { sessionId } = call.state.plan;
    const failed = (reason: string): void => dispatch(sessionId, { type: 'text-message-failed', reason });
    // It may outlive the call: a text message after the goodbye is sent all the same.
    ports.sendTextMessage(sessionId, call.tenant, message).then(
      (sent) => {
        if (!sent.ok) failed(sent.error);
      },
      (fault: unknown) => {
        ports.reportFault(sessionId, fault);
        failed('A text message could not be sent.');
      },
    );
  }

  function ask(call: RunningCall, effect: Extract<CallEffect, { type: 'ask' }>): void {
    const restored = call.speech.onTurn();
    if (restored !== undefined) ports.media.send(call.state.plan.sessionId, restored);
    botTurns.ask(call, effect);
  }

  function finish(call: RunningCall): void {
    const { sessionId } = call.state.plan;
    writeRecord(call);
    forget(call, sessionId);
  }

  function writeRecord({ state }: RunningCall): void {
    ports.writeRecord(state, tracesOf(state.plan.sessionId));
  }

  function tracesOf(sessionId: string): CallTraces {
    const [sipTrace, botExchanges] = [signalling.traceSoFar(sessionId), exchanges?.soFar(sessionId)];
    return {
      ...(sipTrace === undefined ? {} : { sipTrace }),
      ...(botExchanges === undefined ? {} : { botExchanges }),
    };
  }

  function forget(call: RunningCall, sessionId: string): void {
    call.cancelTimer?.();
    call.abortTurn?.();
    botTurns.drop(call);
    signalling.end(sessionId);
    exchanges?.end(sessionId);
    for (const legId of [sessionId, ...call.furtherLegs]) {
      ports.guards.end(legId, ports.clock.nowMs(), ports.clock.wallMs());
      trunkGuard?.end(legId);
    }
    calls.delete(sessionId);
    tellWhenEmpty();
  }

  function letGo(sessionId: string): void {
    const call = calls.get(sessionId);
    if (call === undefined) return;
    ports.media.send(sessionId, { type: 'close' });
    const legIds = signalling.legsOf(sessionId);
    forget(call, sessionId);
    hangUpAll(legIds);
  }

  function hangUpAll(legIds: readonly string[]): void {
    for (const legId of legIds) {
      signalling.carryOut(ports.userAgent.hangUp(legId, ports.clock.nowMs()));
    }
  }

  function tellWhenEmpty(): void {
    if (calls.size + intake.pending > 0) return;
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
      hangUpAll(signalling.legsOf(sessionId));
      if (call.state.end === undefined) notify(call, 'failed', error.message);
      writeRecord(call);
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

  return {
    startCall: (order, acceptance = {}) => intake.start(order, acceptance),
    endOrphan: (order, onOver) => signalling.endOrphan(order, onOver),
    register(order) {
      signalling.carryOut(ports.userAgent.register(order, ports.clock.nowMs()));
    },
    unregister(registrationId) {
      signalling.carryOut(ports.userAgent.unregister(registrationId, ports.clock.nowMs()));
    },
    control(sessionId, command) {
      const call = calls.get(sessionId);
      if (call === undefined) return err(gatewayError('call.unknown', 'There is no such call here'));
      const fault = findCommandFault(call.state, command);
      if (fault !== undefined) return err(fault);
      dispatch(sessionId, { type: 'command', command });
      return ok(undefined);
    },
    letGo,
    letGoOfAll() {
      intake.drain();
      for (const sessionId of calls.keys()) letGo(sessionId);
    },
    receive(bytes, source) {
      signalling.receive(bytes, source);
    },
    sendFailed(to, detail) {
      signalling.sendFailed(to, detail);
    },
    trunkTargets: () => signalling.trunkTargets(),
    trunkCalls: () => trunkGuard?.calls,
    avoidedHops: () => ports.userAgent.avoidedHops(ports.clock.nowMs()),
    activeCalls: () => calls.size + intake.pending,
    hasCall: (sessionId) => calls.has(sessionId),
    tracesSoFar: (sessionId) => (calls.has(sessionId) ? tracesOf(sessionId) : undefined),
    drain() {
      intake.drain();
      if (calls.size + intake.pending === 0) return Promise.resolve();
      return new Promise((resolve) => {
        whenEmpty.push(resolve);
      });
    },
    stopCalls(error) {
      for (const sessionId of calls.keys()) dispatch(sessionId, { type: 'stop', error });
    },
    close() {
      intake.close();
      signalling.close();
      for (const [sessionId, call] of calls) forget(call, sessionId);
    },
  };
}
