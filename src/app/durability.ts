/**
 * What lets a call outlive its process: the store, the journal that writes into it, the outbox that delivers from it, this node's
 * lease, and the recovery of what others have left behind.
 */
import { join } from 'node:path';
import type { Settings } from '../config/index.ts';
import type { Engine } from '../engine/index.ts';
import { createSeal, readSealSecret } from '../host/index.ts';
import { createJournal, type Journal } from '../journal/index.ts';
import { err, type GatewayError, ok, type Random, type Result } from '../kit/index.ts';
import type { CallFacts } from '../reports/index.ts';
import type { SipCredentials } from '../sip/index.ts';
import type { DurableStore, Owner, StoredCall, StoredEvent } from '../store/index.ts';
import type { Tenant } from '../tenants/index.ts';
import { createOutbox, type DeliveryResult, type Outbox, signingKey } from '../webhooks/index.ts';
import { type CallJournal, createCallJournal } from './call-journal.ts';
import type { Destinations } from './destinations.ts';
import type { GatewayLog } from './log.ts';
import { recoverCall } from './recover-calls.ts';

/** How long a node counts as alive after its last sign of life, and how often it gives one. */
const leaseMs = 15_000;
const renewalMs = 3000;
/** Between two looks for nodes that died. */
const adoptionMs = 5000;

export interface DurabilityPorts {
  readonly settings: Settings;
  readonly store: DurableStore;
  readonly log: GatewayLog;
  readonly random: Random;
  readonly destinations: Destinations;
  /** A wall clock that never jumps while the process lives. */
  readonly wallMs: () => number;
  readonly after: (ms: number, fire: () => void) => () => void;
  readonly findTenant: (tenantId: string) => Tenant | undefined;
  /** A call that was left behind is over now. */
  readonly onRecovered: (facts: CallFacts) => void;
  readonly onDelivery: (result: DeliveryResult) => void;
  readonly onEvents: (events: readonly StoredEvent[]) => void;
  /** This node's calls belong to another one now: it must stop. */
  readonly onReplaced: () => void;
}

export interface Durability {
  readonly store: DurableStore;
  readonly owner: Owner;
  readonly calls: CallJournal;
  readonly outbox: Outbox;
  /** Recovers what was left behind and begins to give signs of life. */
  begin(engine: Engine): Promise<Result<void, GatewayError>>;
  /** Why no new call can be taken. */
  health(): Result<void, GatewayError>;
  /** Resolves when all that was told is in the store and what is due now was delivered. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export async function openDurability(ports: DurabilityPorts): Promise<Result<Durability, GatewayError>> {
  const { store, settings, wallMs } = ports;
  const joined = await store.joinNode(settings.nodeId, wallMs() + leaseMs);
  return joined.ok ? ok(new RunningDurability(ports, joined.value)) : err(joined.error);
}

class RunningDurability implements Durability {
  readonly #ports: DurabilityPorts;
  readonly #journal: Journal;
  readonly store: DurableStore;
  readonly owner: Owner;
  readonly calls: CallJournal;
  readonly outbox: Outbox;
  #engine: Engine | undefined;
  #cancelTimer: (() => void) | undefined;
  #isClosed = false;
  /** Adopted, and not ended yet. */
  readonly #orphans: StoredCall[] = [];
  /** Refused because the store failed amid the commit: they may be in it all the same, and must come to an end. */
  readonly #doubtful: string[] = [];
  /** No node is taken for dead before this: after an outage of the store every lease looks old. */
  #adoptsFromWallMs = 0;
  #adoptedAtWallMs = 0;
  #leaseTrouble: GatewayError | undefined;

  constructor(ports: DurabilityPorts, owner: Owner) {
    const { settings, store, log, destinations, wallMs, after } = ports;
    this.#ports = ports;
    this.store = store;
    this.owner = owner;
    const secret =
      settings.storeSecret?.reveal() ??
      settings.storeSecret?.reveal() ??
      readSealSecret(join(settings.dataDir, 'store.key'));
    const { seal, unseal } = createSeal(secret);
    const { operatorHttp, requestHttp } = destinations;
    this.outbox = createOutbox(
      {
        store,
        owner,
        random: ports.random,
        wallMs,
        after,
        unseal,
        post: (order) => (order.trust === 'request' ? requestHttp : operatorHttp).post(order),
        signingKeys: (tenantId) => signingKeysOf(ports.findTenant(tenantId)),
        onResult: ports.onDelivery,
      },
      { perEndpoint: settings.webhookConcurrency },
    );
    this.#journal = createJournal({
      store,
      owner,
      wallMs,
      after,
      onCommitted: (events) => {
        this.outbox.wake();
        ports.onEvents(events);
      },
      onDoubt: (sessionId) => this.#doubtful.push(sessionId),
      onTakenOver: (sessionId) => {
        log.error({ sessionId }, 'another node has taken this call over; it is let go of here');
        this.#engine?.letGo(sessionId);
      },
      onTrouble: ({ code, message }) => {
        log.error({ code }, `store: ${message}`);
      },
    });
    const isShared = store.name === 'postgresql';
    this.calls = createCallJournal({ journal: this.#journal, owner, seal, wallMs, isShared });
  }

  async begin(engine: Engine): Promise<Result<void, GatewayError>> {
    this.#engine = engine;
    const recovered = await this.#adopt();
    if (!recovered.ok) return recovered;
    this.outbox.wake();
    this.#schedule();
    return ok(undefined);
  }

  health(): Result<void, GatewayError> {
    const journal = this.#journal.health();
    if (!journal.ok) return journal;
    return this.#leaseTrouble === undefined ? ok(undefined) : err(this.#leaseTrouble);
  }

  async settle(): Promise<void> {
    await this.#journal.idle();
    await this.outbox.idle();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimer?.();
    this.#journal.close();
    await this.outbox.close();
    await this.store.close();
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#cancelTimer = this.#ports.after(renewalMs, () => {
      void this.#renew().finally(() => {
        this.#schedule();
      });
    });
  }

  async #renew(): Promise<void> {
    const nowWallMs = this.#ports.wallMs();
    const renewed = await this.store.renewLease(this.owner, nowWallMs + leaseMs);
    if (this.#isClosed) return;
    if (!renewed.ok) {
      this.#adoptsFromWallMs = this.#ports.wallMs() + 2 * leaseMs;
      this.#leaseTrouble = renewed.error;
      if (renewed.error.code !== 'store.not-owner') return;
      this.#ports.log.error({ nodeId: this.owner.nodeId }, 'another gateway runs under the same OUTDIAL_NODE_ID');
      this.#ports.onReplaced();
      return;
    }
    this.#leaseTrouble = undefined;
    await this.#settleDoubts();
    const isDue = nowWallMs >= this.#adoptsFromWallMs && nowWallMs >= this.#adoptedAtWallMs + adoptionMs;
    const isAlone = this.store.name !== 'postgresql' && this.#orphans.length === 0;
    if (isDue && !isAlone) await this.#adopt();
  }

  async #settleDoubts(): Promise<void> {
    for (let [sessionId] = this.#doubtful; sessionId !== undefined; [sessionId] = this.#doubtful) {
      const found = await this.store.call(sessionId);
      if (!found.ok) return;
      if (found.value !== undefined) this.#orphans.push(found.value);
      this.#doubtful.shift();
    }
  }

  async #adopt(): Promise<Result<void, GatewayError>> {
    const { log } = this.#ports;
    const engine = this.#engine;
    if (engine === undefined) return ok(undefined);
    this.#adoptedAtWallMs = this.#ports.wallMs();
    const adopted = await this.store.adopt(this.owner, this.#adoptedAtWallMs);
    if (!adopted.ok) return adopted;
    this.#orphans.push(...adopted.value);
    // What a failure of the store leaves in the queue is taken up by the next look.
    for (let call = this.#orphans[0]; call !== undefined; call = this.#orphans[0]) {
      const recovered = await recoverCall(
        {
          store: this.store,
          journal: this.#journal,
          engine,
          credentialsOf: (tenantId) => credentialsOf(this.#ports.findTenant(tenantId)),
          onOver: this.#ports.onRecovered,
          onRecovered: ({ sessionId, tenantId, owner }, how) => {
            log.warn({ sessionId, tenantId, from: owner.nodeId, how }, 'a call that was left behind was ended');
          },
        },
        call,
      );
      if (!recovered.ok) return recovered;
      this.#orphans.shift();
    }
    this.outbox.wake();
    return ok(undefined);
  }
}

function signingKeysOf(tenant: Tenant | undefined): readonly Buffer[] {
  const secrets = tenant?.webhook.secrets?.reveal().split(',') ?? [];
  return secrets.flatMap((secret) => signingKey(secret.trim()) ?? []);
}

function credentialsOf(tenant: Tenant | undefined): SipCredentials | undefined {
  const auth = tenant?.trunkAuth;
  return auth?.origin === 'deployment' ? { username: auth.username, password: auth.password } : undefined;
}
