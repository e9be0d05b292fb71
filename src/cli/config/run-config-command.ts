import { readFileSync } from 'node:fs';
import { localAddresses } from '../../app/index.ts';
import type { Environment } from '../../config/index.ts';
import { err, ok } from '../../kit/index.ts';
import { tenantFileSchema } from '../../tenants/index.ts';
import { checkConfig } from './check-config.ts';
import type { ConfigOrder } from './config-commands.ts';
import type { ConfigReport, ConfigWorld } from './config-report.ts';
import { diffConfig } from './diff-config.ts';
import { explainConfig } from './explain-config.ts';

/** This machine, with that environment. */
export function machineWorld(environment: Environment): ConfigWorld {
  return {
    environment,
    localAddresses: localAddresses(),
    readText: (path) => {
      try {
        return ok(readFileSync(path, 'utf8'));
      } catch (fault) {
        return err(
          `cannot be read (${fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown reason'})`,
        );
      }
    },
  };
}

export function runConfigCommand(order: ConfigOrder, world: ConfigWorld): ConfigReport {
  switch (order.command) {
    case 'check':
      return checkConfig(world, order);
    case 'explain':
      return explainConfig(world, order);
    case 'schema': {
      const schema = tenantFileSchema();
      return { text: JSON.stringify(schema, undefined, 2), json: schema, exitCode: 0 };
    }
    case 'diff':
      return diffConfig(world, order.before, order.after);
    default:
      return order satisfies never;
  }
}
