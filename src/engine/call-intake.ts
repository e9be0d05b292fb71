/**
 * How calls become running ones, whoever places them: whether there is room, the plan, and the commit that makes them durable.
 * Nothing is done for a call before that.
 */
import type { CallInput } from '../call/index.ts';
import { err, type GatewayError, gatewayError, ok, randomUuid, type Result } from '../kit/index.ts';
import type { CallLimits, TrunkGuard } from '../policy/index.ts';
import type { IncomingCall, LocationTarget } from '../sip/index.ts';
import type { StartCallOrder } from '../tenants/index.ts';
import { mayBeTraced } from './call-traces.ts';
import { likelyCodec, refusalOf } from './incoming-refusal.ts';
import { codecsOf } from './offered-codecs.ts';
import { encryptionFor, isSecureHop } from './media-encryption.ts';
import { mediaAddressFor, planCall, planIncomingCall, type PlannedCall } from './plan-call.ts';
import type { Acceptance, EnginePorts, EngineSettings, IncomingOrder } from './ports.ts';
import { newRunningCall, type RunningCall } from './running-call.ts';
import type { Signalling } from './signalling.ts';

export interface AcceptedCall {
  readonly sessionId: string;
}

/** What taking calls in has to do with the engine. */
export interface IntakeSide {
  /** The running calls by session; new ones are put there. */
  readonly calls: Map<string, RunningCall>;
  readonly trunkGuard: TrunkGuard | undefined;
  readonly signalling: Signalling;
  readonly dispatch: (sessionId: string, input: CallInput) => void;
  /** One of those that were being made durable has come to nothing. */
  readonly onFewer: () => void;
}

/** How long the acceptance of a call may wait for DNS to say in which family media will flow. */
const familyWaitMs = 1000;

/** When a full or busy gateway should be asked again: calls end every few seconds. */
const busyRetryAfterS = 5;

export class CallIntake {
  readonly #ports: EnginePorts;
  readonly #settings: EngineSettings;
  readonly #side: IntakeSide;
  #pending = 0;
  #isDraining = false;
  #isClosed = false;

  constructor(ports: EnginePorts, settings: EngineSettings, side: IntakeSide) {
    this.#ports = ports;
    this.#settings = settings;
    this.#side = side;
  }

  /** Calls that are being made durable. */
  get pending(): number {
    return this.#pending;
  }

  /** Takes no new calls from now on. */
  drain(): void {
    this.#isDraining = true;
  }

  /** Those that are being made durable are not begun any more either. */
  close(): void {
    this.#isClosed = true;
  }

  /** See `Engine.startCall`. */
  async start(order: StartCallOrder, acceptance: Acceptance): Promise<Result<AcceptedCall, GatewayError>> {
    const { trunkGuard, signalling, dispatch } = this.#side;
    const room = this.#findRoom(order.tenant.limits, order.to);
    if (!room.ok) return room;
    const sessionId = randomUuid(this.#ports.random);
    const planned = planCall(order, sessionId, this.#ports, this.#settings, room.value.maxDurationMs);
    if (!planned.ok) return planned;
    const { isByTrunk } = planned.value.context;
    const place = isByTrunk ? trunkGuard?.begin(sessionId, this.#ports.clock.nowMs()) : undefined;
    if (place?.ok === false) return place;
    const begun = await this.#makeDurable(planned.value, order, acceptance);
    if (!begun.ok) {
      trunkGuard?.end(sessionId);
      return begun;
    }
    signalling.begin(sessionId, mayBeTraced(begun.value.state.plan));
    dispatch(sessionId, { type: 'begin' });
    return ok({ sessionId });
  }

  /** Begins the call of an INVITE, or refuses it. */
  async take(incoming: IncomingCall, order: IncomingOrder | undefined): Promise<void> {
    const { signalling, dispatch } = this.#side;
    const { legId } = incoming;
    try {
      const begun = await this.#beginIncoming(incoming, order);
      if (begun.ok) {
        const { sessionId } = begun.value.state.plan;
        const early = signalling.beginIncoming(sessionId, legId);
        dispatch(sessionId, { type: 'begin' });
        for (const event of early) dispatch(sessionId, { type: 'leg', event, legId });
        return;
      }
      if (order !== undefined) this.#ports.reportRefused(order.tenant.id, begun.error.code);
      const { status, headers } = refusalOf(begun.error);
      signalling.refuse(legId, status, headers);
    } catch (fault) {
      this.#ports.reportFault(legId, fault);
      signalling.refuse(legId, 500, []);
    }
  }

  async #beginIncoming(
    incoming: IncomingCall,
    order: IncomingOrder | undefined,
  ): Promise<Result<RunningCall, GatewayError>> {
    if (order === undefined) return err(gatewayError('tenant.unknown', 'The call is for no tenant that takes calls'));
    const { random } = this.#ports;
    const encryption = encryptionFor(order.tenant, isSecureHop(incoming.source), random);
    if (!encryption.ok) return encryption;
    const codecs = codecsOf(order.tenant);
    const codec = likelyCodec(incoming, this.#settings.mediaAddress, codecs, encryption.value);
    if (!codec.ok) return codec;
    // What may be called is a limit of calls that we place.
    const room = this.#findRoom({ ...order.tenant.limits, allowedPrefixes: [] }, incoming.to);
    if (!room.ok) return room;
    const begin = (sessionId: string): Promise<Result<RunningCall, GatewayError>> => {
      const { maxDurationMs } = room.value;
      const planned = planIncomingCall(
        order,
        incoming,
        sessionId,
        this.#ports,
        this.#settings,
        maxDurationMs,
        encryption.value,
        codec.value,
      );
      return this.#makeDurable(planned, planned.order, {});
    };
    const { sessionId: wanted } = order;
    if (wanted === undefined || this.#side.calls.has(wanted)) return begin(randomUuid(random));
    const begun = await begin(wanted);
    // A caller that uses a Call-ID again: there is a call of this name in the store.
    const isTaken = !begun.ok && begun.error.code === 'internal.bug';
    return isTaken ? begin(randomUuid(random)) : begun;
  }

  /** Whether one more call may begin now, and how long it may last. */
  #findRoom(limits: CallLimits, to: string): Result<{ readonly maxDurationMs: number }, GatewayError> {
    const { maxCalls, maxCallDurationMs } = this.#settings;
    const { guards, clock } = this.#ports;
    if (this.#isDraining) return err(gatewayError('gateway.draining', 'The gateway is shutting down'));
    if (maxCalls > 0 && this.#side.calls.size + this.#pending >= maxCalls) {
      const error = gatewayError('gateway.full', `All ${maxCalls} call slots are in use`);
      return err({ ...error, retryAfterS: busyRetryAfterS });
    }
    if (this.#ports.isOverloaded()) {
      return err({ ...gatewayError('gateway.overloaded', 'The machine is busy'), retryAfterS: busyRetryAfterS });
    }
    const admitted = guards.check(limits, to, clock.nowMs(), clock.wallMs());
    if (!admitted.ok) return admitted;
    return ok({ maxDurationMs: Math.min(maxCallDurationMs, admitted.value.maxDurationMs ?? Infinity) });
  }

  /** Writes the call down; from then on it is one of the running ones, and waits for its `begin`. */
  async #makeDurable(
    { plan, context, familyOf }: PlannedCall,
    order: StartCallOrder,
    acceptance: Acceptance,
  ): Promise<Result<RunningCall, GatewayError>> {
    const { guards, clock } = this.#ports;
    const { calls, onFewer } = this.#side;
    const { sessionId } = plan;
    guards.begin(sessionId, order.tenant.limits, clock.nowMs());
    this.#pending += 1;
    const [kept, mediaAddress] = await Promise.all([
      this.#ports.accept({ plan, order, acceptedAtWallMs: clock.wallMs(), acceptance }),
      familyOf === undefined ? plan.mediaAddress : this.#mediaAddressAt(familyOf),
    ]);
    this.#pending -= 1;
    if (!kept.ok || this.#isClosed) {
      guards.end(sessionId, clock.nowMs(), clock.wallMs());
      onFewer();
      return kept.ok ? err(gatewayError('gateway.draining', 'The gateway is shutting down')) : kept;
    }
    const call = newRunningCall({ plan: { ...plan, mediaAddress, activeCalls: calls.size + 1 }, context }, this.#ports);
    calls.set(sessionId, call);
    return ok(call);
  }

  /** Our address for media in the family of the first hop that this name stands for; the usual one when that takes too long. */
  #mediaAddressAt(target: LocationTarget): Promise<string> {
    const { clock } = this.#ports;
    return new Promise((resolve) => {
      const cancel = this.#ports.at(clock.nowMs() + familyWaitMs, () => {
        resolve(this.#settings.mediaAddress);
      });
      void this.#side.signalling.locate(target).then((found) => {
        cancel();
        resolve(mediaAddressFor(found.ok ? found.value[0] : undefined, this.#settings));
      });
    });
  }
}
