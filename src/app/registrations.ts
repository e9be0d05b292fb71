/**
 * The registrations of the deployment and of its tenants: which there are to be, how each one goes, and their end when the
 * gateway stops. Tenants that say the same share one.
 */
import type { Engine } from '../engine/index.ts';
import { digest } from '../host/index.ts';
import { type Random, randomUuid } from '../kit/index.ts';
import type { Metrics } from '../metrics/index.ts';
import { type Hop, printHost, type RegisterOrder, type RegistrationEvent, usualPort } from '../sip/index.ts';
import { type Tenant, type TenantDirectory, trunkCredentials } from '../tenants/index.ts';
import type { GatewayLog } from './log.ts';

export interface RegistrationPorts {
  readonly engine: Pick<Engine, 'register' | 'unregister'>;
  readonly random: Random;
  readonly log: Pick<GatewayLog, 'info' | 'warn' | 'error'>;
  readonly metrics: Pick<Metrics, 'add' | 'set'>;
  /** Messages may go to this host from now on, as they may to the trunk. */
  trustHost(host: string): void;
}

export interface RegistrationState {
  /** Of the registrar: `sbc.example.net:5060`. */
  readonly place: string;
  readonly isRegistered: boolean;
  /** What went wrong last. */
  readonly detail: string | undefined;
}

export interface Registrations {
  /** Registers what the configuration asks for and is not registered yet, and takes away what it no longer asks for. */
  apply(directory: TenantDirectory): void;
  onEvent(registrationId: string, event: RegistrationEvent): void;
  /** Those whose way the calls of a tenant take. */
  idsOf(tenant: Tenant): readonly string[];
  /** How these are, or all. */
  states(ids: readonly string[] | 'all'): readonly RegistrationState[];
  /** What is amiss, for people: sentences without addresses. */
  remarks(): readonly string[];
  /** Takes all of them away. Resolves when every registrar has answered, or has not in time. */
  stop(): Promise<void>;
}

interface Kept {
  readonly registrationId: string;
  /** Of the registrar, as it is shown: `sbc.example.net:5060`. */
  readonly place: string;
  readonly tenant: string;
  isRegistered: boolean;
  detail: string | undefined;
  /** It could not even be asked for: nothing follows. */
  isImpossible: boolean;
}

interface Wanted {
  readonly key: string;
  readonly place: string;
  readonly order: Omit<RegisterOrder, 'registrationId'>;
}

export function createRegistrations(ports: RegistrationPorts): Registrations {
  const { log, metrics } = ports;
  /** By what they are for. */
  const kept = new Map<string, Kept>();
  const byId = new Map<string, Kept>();
  /** That are being taken away. */
  const leaving = new Map<string, Kept>();
  let idsByTenant = new Map<string, readonly string[]>();
  let idsOfDeployment: readonly string[] = [];
  let whenLeft: (() => void)[] = [];

  function begin({ key, place, order }: Wanted, tenant: string): Kept {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const registration: Kept = {
      registrationId: randomUuid(ports.random),
      place,
      tenant,
      isRegistered: false,
      detail: undefined,
      isImpossible: false,
    };
    kept.set(key, registration);
    byId.set(registration.registrationId, registration);
    ports.trustHost(order.registrar.host);
    show(registration);
    ports.engine.register({ ...order, registrationId: registration.registrationId });
    return registration;
  }

  function end(key: string, registration: Kept): void {
    kept.delete(key);
    leaving.set(registration.registrationId, registration);
    if (registration.isImpossible) left(registration);
    else ports.engine.unregister(registration.registrationId);
  }

  function left(registration: Kept): void {
    leaving.delete(registration.registrationId);
    byId.delete(registration.registrationId);
    if (leaving.size > 0) return;
    for (const resolve of whenLeft) resolve();
    whenLeft = [];
  }

  function show({ tenant, place, isRegistered }: Kept): void {
    metrics.set('outdial_sip_registered', { tenant, registrar: place }, isRegistered ? 1 : 0);
  }

  return {
    apply({ deployment, tenants, isMultiTenant }) {
      const wanted = new Set<string>();
      const register = (tenant: Tenant, label: string): readonly string[] =>
        wantedBy(tenant).map((each) => {
          wanted.add(each.key);
          return begin(each, label).registrationId;
        });
      // With a tenant file, what the environment says is only what its entries leave out.
      idsOfDeployment = isMultiTenant ? [] : register(deployment, 'default');
      idsByTenant = new Map(tenants.map((tenant) => [tenant.id, register(tenant, tenant.id)]));
      for (const [key, registration] of kept) if (!wanted.has(key)) end(key, registration);
    },
    onEvent(registrationId, event) {
      const registration = byId.get(registrationId);
      if (registration === undefined) return;
      const { place } = registration;
      const fields = { event: `registration.${event.type}`, registrar: place };
      switch (event.type) {
        case 'registered':
          if (!registration.isRegistered) log.info({ ...fields, grantedS: event.grantedS }, 'registered');
          registration.isRegistered = true;
          registration.detail = undefined;
          break;
        case 'failed': {
          const { detail: reason, status, retryInMs } = event;
          registration.isRegistered = event.isBound;
          registration.detail = reason;
          metrics.add('outdial_sip_registration_failures_total', { registrar: place });
          const text = retryInMs === undefined ? 'cannot register' : 'registering failed and is tried again';
          log.warn({ ...fields, reason, status, retryInMs }, text);
          registration.isImpossible = retryInMs === undefined;
          break;
        }
        case 'lost':
          registration.isRegistered = false;
          registration.detail = 'It has run out without having been renewed.';
          log.error(fields, 'a registration has run out without having been renewed');
          break;
        case 'ended':
          registration.isRegistered = false;
          log.info(fields, 'unregistered');
          left(registration);
          break;
        default:
          event satisfies never;
      }
      show(registration);
    },
    idsOf: ({ id }) => idsByTenant.get(id) ?? idsOfDeployment,
    states: (ids) =>
      [...kept.values()]
        .filter(({ registrationId }) => ids === 'all' || ids.includes(registrationId))
        .map(({ place, isRegistered, detail }) => ({ place, isRegistered, detail })),
    remarks() {
      const missing = [...kept.values()].filter(({ isRegistered }) => !isRegistered).length;
      return missing === 0 ? [] : [`${missing} of ${kept.size} SIP registrations are not in force`];
    },
    stop() {
      for (const [key, registration] of kept) end(key, registration);
      if (leaving.size === 0) return Promise.resolve();
      return new Promise((resolve) => {
        whenLeft.push(resolve);
      });
    },
  };
}

/** One for each registrar of the tenant; none without a name to register. */
function wantedBy(tenant: Tenant): Wanted[] {
  const { registrars = [], registrationAor, registrationMs } = tenant.settings;
  const credentials = trunkCredentials(tenant, 'trunk');
  const username = tenant.trunkAuth?.username;
  return registrars.flatMap((trunk): Wanted[] => {
    const registrar: Hop = trunk;
    const host = printHost(trunk.host);
    const domain = trunk.port === usualPort(trunk.transport) ? host : `${host}:${trunk.port}`;
    const ofUser = username === undefined ? undefined : `sip:${encodeURIComponent(username)}@${domain}`;
    const addressOfRecord = registrationAor ?? ofUser;
    if (addressOfRecord === undefined) return [];
    const expiresS = Math.round(registrationMs / 1000);
    const secrets = credentials.map(({ realm, username: user, password }) => [realm, user, password.reveal()]);
    // Another password is another registration. It is kept in no table as it is.
    const account = digest('sha256', new TextEncoder().encode(JSON.stringify(secrets)));
    const key = JSON.stringify([registrar, addressOfRecord, expiresS, account]);
    return [{ key, place: `${host}:${trunk.port}`, order: { registrar, addressOfRecord, expiresS, credentials } }];
  });
}
