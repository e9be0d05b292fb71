import type { Clock } from '../kit/index.ts';
import type { CallGuards } from '../policy/index.ts';
import type { DurableStore } from '../store/index.ts';
import type { TenantDirectory } from '../tenants/index.ts';

const dayMs = 86_400_000;

/** The minutes of today go on where the last life of the process left them. */
export async function chargeMinutes(
  guards: Pick<CallGuards, 'charge'>,
  store: Pick<DurableStore, 'chargedMs'>,
  { deployment, tenants }: Pick<TenantDirectory, 'deployment' | 'tenants'>,
  clock: Clock,
): Promise<void> {
  const wallMs = clock.wallMs();
  for (const { limits } of [deployment, ...tenants]) {
    if (limits.minutesPerDay === 0) continue;
    const charged = await store.chargedMs(limits.account, Math.floor(wallMs / dayMs));
    if (charged.ok) guards.charge(limits.account, charged.value, clock.nowMs(), wallMs);
  }
}
