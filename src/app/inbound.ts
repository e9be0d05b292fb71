/** Calls that come in, put together from settings: who is answered at all, who is let in, and what is told of the others. */
import type { Settings } from '../config/index.ts';
import { createCallDoor, type EnginePorts } from '../engine/index.ts';
import { digest } from '../host/index.ts';
import type { Random } from '../kit/index.ts';
import { createLoginGuard, createSourceGuard, type IpNetwork, parseIpNetwork } from '../policy/index.ts';
import type { UserAgentOptions } from '../sip/index.ts';
import type { TenantDirectory } from '../tenants/index.ts';
import { createDroppedLog } from './dropped-log.ts';
import { type GatewayLog, maskNumbers } from './log.ts';
import type { Operations } from './operations.ts';

type InboundSettings = Pick<Settings, 'trustedAddresses' | 'sipTrunk' | 'sipSourceRate' | 'sipStrangerRate'>;

export interface InboundPorts {
  readonly tenants: TenantDirectory;
  readonly random: Random;
  readonly operations: Pick<Operations, 'onMessageDropped' | 'onRefused'>;
  readonly log: Pick<GatewayLog, 'debug' | 'info' | 'warn'>;
  /** Calls back once after so long; the returned function cancels. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
}

export interface Inbound {
  readonly userAgent: Pick<UserAgentOptions, 'acceptsCalls' | 'screen'>;
  readonly engine: Pick<EnginePorts, 'orderOf' | 'reportRefused' | 'reportDropped'>;
  close(): void;
}

export function createInbound(settings: InboundSettings, ports: InboundPorts): Inbound {
  const { tenants, random, operations, log } = ports;
  const droppedLog = createDroppedLog({
    write: (fields, text) => {
      log.warn(fields, text);
    },
    after: ports.after,
  });
  const sources = createSourceGuard({
    trusted: trustedNetworks(settings),
    others: settings.trustedAddresses === undefined ? 'answered' : 'ignored',
    perSource: settings.sipSourceRate,
    inAll: settings.sipStrangerRate,
  });
  const door = createCallDoor({ tenants, digest, random, loginGuard: createLoginGuard() });
  return {
    userAgent: {
      screen: ({ source, userAgent }, nowMs) => sources.judge(source.host, userAgent, nowMs),
      acceptsCalls: door.admit,
    },
    engine: {
      orderOf: door.orderOf,
      reportRefused: (tenantId, code) => {
        operations.onRefused(tenantId, code);
        log.info({ tenantId: maskNumbers(tenantId), code }, 'an incoming call was refused');
      },
      reportDropped: (what, detail, source) => {
        operations.onMessageDropped(what);
        droppedLog.tell(what, detail, source);
        log.debug({ what, detail, source }, 'SIP message dropped');
      },
    },
    close: () => {
      droppedLog.close();
    },
  };
}

/** TRUSTED_IP_LIST, and the trunk when it is an address and there is such a list. */
export function trustedNetworks({
  trustedAddresses,
  sipTrunk,
}: Pick<Settings, 'trustedAddresses' | 'sipTrunk'>): readonly IpNetwork[] {
  if (trustedAddresses === undefined) return [];
  const trunk = sipTrunk === undefined ? [] : [sipTrunk.host];
  return [...trustedAddresses, ...trunk].flatMap((text) => parseIpNetwork(text) ?? []);
}
