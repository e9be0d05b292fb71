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
import { type Tenant, trunkCredentials } from '../tenants/index.ts';
import { createOutbox, type DeliveryResult, type Outbox, signingKeys } from '../webhooks/index.ts';
import { type CallJournal, createCallJournal } from './call-journal.ts';
import type { Destinations } from './destinations.ts';
import type { GatewayLog } from './log.ts';
import { recoverCall } from './recover-calls.ts';

/** So many signs of life, and so many looks for nodes that died, in the time of a lease. */
const renewalsPerLease = 5;
const adoptionsPerLease = 3;

/**
 * Why a life of a node is over while its process runs: it gave no sign of life for so long (it was frozen, or cut off from the
 * database) that another node has ended its calls, or another gateway runs under its name.
 */
export type LostLife = 'taken-for-dead' | 'replaced';

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
  /** This node's calls are not its own any more: it must let go of them all. Called once. */
  readonly onLifeLost: (why: LostLife) => void;
}

export interface Durability {
  readonly store: DurableStore;
  readonly owner: Owner;
  readonly calls: CallJournal;
  readonly outbox: Outbox;
  /** Of the deployment: what is sealed or signed is so with keys made of it. */
  readonly secret: string;
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
  const joined = await store.joinNode(settings.nodeId, wallMs() + settings.nodeLeaseMs);
  return joined.ok ? ok(new RunningDurability(ports, joined.value)) : err(joined.error);
}

class RunningDurability implements Durability {
  readonly #ports: DurabilityPorts;
  readonly #journal: Journal;
  readonly store: DurableStore;
  readonly owner: Owner;
  readonly calls: CallJournal;
  readonly outbox: Outbox;
  readonly secret: string;
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
  #isLost = false;
  readonly #leaseMs: number;
  readonly #isShared: boolean;

  constructor(ports: DurabilityPorts, owner: Owner) {
    const { settings, store, log, destinations, wallMs, after } = ports;
    this.#ports = ports;
    this.store = store;
    this.owner = owner;
    this.secret = settings.storeSecret?.reveal() ?? readSealSecret(join(settings.dataDir, 'store.key'));
    const { seal, unseal } = createSeal(this.secret);
    this.#leaseMs = settings.nodeLeaseMs;
    this.#isShared = store.name === 'postgresql';
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
        signingKeys: (tenantId) => signingKeys(ports.findTenant(tenantId)?.webhook.secrets?.reveal() ?? ''),
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
        // Calls are taken over with their node: the others are lost too.
        void this.#renew();
      },
      onTrouble: ({ code, message }) => {
        log.error({ code }, `store: ${message}`);
      },
    });
    this.calls = createCallJournal({ journal: this.#journal, owner, seal, wallMs, isShared: this.#isShared });
  }

  async begin(engine: Engine): Promise<Result<void, GatewayError>> {
    this.#engine = engine;
    // The database may be back this very moment, and living nodes still about to say so.
    this.#adoptsFromWallMs = this.#ports.wallMs() + this.#leaseMs;
    const recovered = await this.#adopt(this.#isShared ? 0 : Number.MAX_SAFE_INTEGER);
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
    this.#cancelTimer = this.#ports.after(this.#leaseMs / renewalsPerLease, () => {
      void this.#renew().finally(() => {
        this.#schedule();
      });
    });
  }

  async #renew(): Promise<void> {
    const nowWallMs = this.#ports.wallMs();
    const renewed = await this.store.renewLease(this.owner, nowWallMs + this.#leaseMs);
    if (this.#isClosed || this.#isLost) return;
    if (!renewed.ok) {
      this.#adoptsFromWallMs = this.#ports.wallMs() + 2 * this.#leaseMs;
      this.#leaseTrouble = renewed.error;
      if (renewed.error.code === 'store.not-owner') await this.#loseLife();
      return;
    }
    this.#leaseTrouble = undefined;
    await this.#settleDoubts();
    const adoptionMs = this.#leaseMs / adoptionsPerLease;
    const isDue = nowWallMs >= this.#adoptsFromWallMs && nowWallMs >= this.#adoptedAtWallMs + adoptionMs;
    const isAlone = !this.#isShared && this.#orphans.length === 0;
    if (isDue && !isAlone) await this.#adopt(nowWallMs);
  }

  /** Who has its calls now also decides on what it waits to write: it is refused. */
  async #loseLife(): Promise<void> {
    const nodes = await this.store.nodes();
    if (this.#isClosed || this.#isLost || !nodes.ok) return;
    this.#isLost = true;
    const { nodeId } = this.owner;
    const isReplaced = nodes.value.some(({ owner }) => owner.nodeId === nodeId);
    this.#ports.onLifeLost(isReplaced ? 'replaced' : 'taken-for-dead');
  }

  async #settleDoubts(): Promise<void> {
    for (let [sessionId] = this.#doubtful; sessionId !== undefined; [sessionId] = this.#doubtful) {
      const found = await this.store.call(sessionId);
      if (!found.ok) return;
      if (found.value !== undefined) this.#orphans.push(found.value);
      this.#doubtful.shift();
    }
  }

  /** Ends the calls of earlier lives of this node, and of nodes whose lease ended before this instant. */
  async #adopt(leaseEndedBeforeWallMs: number): Promise<Result<void, GatewayError>> {
    const { log } = this.#ports;
    const engine = this.#engine;
    if (engine === undefined) return ok(undefined);
    this.#adoptedAtWallMs = this.#ports.wallMs();
    const adopted = await this.store.adopt(this.owner, leaseEndedBeforeWallMs);
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

/** What came with a request went with its call. */
function credentialsOf(tenant: Tenant | undefined): readonly SipCredentials[] | undefined {
  if (tenant === undefined || tenant.trunkAuth?.origin === 'request') return undefined;
  return trunkCredentials(tenant, 'trunk');
}
