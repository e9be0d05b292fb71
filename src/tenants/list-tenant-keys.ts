import type { ValueSpec } from '../config/index.ts';
import { type KeyGroup, type KeyRule, type LeafRule, specOf } from './key-rule.ts';
import { tenantKeys } from './tenant-keys.ts';

/** One key of a tenant that holds a value, and everything that is known about it. */
export interface TenantKey {
  /** `outboundCalls.sipAuth.username`; of options that are handed on, the path of the object they stand in and `.*`. */
  readonly path: string;
  readonly spec: ValueSpec;
  /** The environment variable whose value is taken when the key is not given. */
  readonly variable: string | undefined;
  readonly isPerCall: boolean;
}

/** Every key that holds a value, in the order of the table. */
export function listTenantKeys(group: KeyGroup = tenantKeys, at = ''): readonly TenantKey[] {
  const rows = Object.entries(group.keys).flatMap(([key, rule]) => rowsOf(rule, `${at}${key}`));
  if (group.rest === undefined) return rows;
  return [...rows, leafRow({ use: 'value', key: group.rest, refusal: undefined }, `${at}*`)];
}

function rowsOf(rule: KeyRule, path: string): readonly TenantKey[] {
  switch (rule.use) {
    case 'group':
      return listTenantKeys(rule, `${path}.`);
    case 'setting':
    case 'value':
      return [leafRow(rule, path)];
    case 'identity':
    case 'remark':
    case 'ignored':
      return [];
    default:
      return rule satisfies never;
  }
}

function leafRow(rule: LeafRule, path: string): TenantKey {
  const variable = rule.use === 'setting' ? rule.variable : undefined;
  return { path, spec: specOf(rule), variable, isPerCall: rule.refusal === undefined };
}
