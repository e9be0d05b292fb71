import type { TenantDirectory } from './tenant-directory.ts';

/**
 * The tenants as they are now. `directory` is one object for the whole life of the gateway that always answers from the
 * latest version; a call keeps the `Tenant` it began with.
 */
export interface TenantRoster {
  readonly directory: TenantDirectory;
  /** From here on answers come from `next`. */
  replace(next: TenantDirectory): void;
}

export function createTenantRoster(first: TenantDirectory): TenantRoster {
  let current = first;
  return {
    directory: {
      get isMultiTenant() {
        return current.isMultiTenant;
      },
      get deployment() {
        return current.deployment;
      },
      get tenants() {
        return current.tenants;
      },
      get notices() {
        return current.notices;
      },
      get problems() {
        return current.problems;
      },
      find: (tenantId) => current.find(tenantId),
      isMisconfigured: (tenantId) => current.isMisconfigured(tenantId),
    },
    replace: (next) => {
      current = next;
    },
  };
}
