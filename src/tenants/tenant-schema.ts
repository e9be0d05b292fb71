/** The tenant file as a JSON Schema (draft 2020-12), so that editors complete keys and underline mistakes. */
import { describeKind, type SettingKind, type ValueSpec } from '../config/index.ts';
import type { Json, JsonObject } from '../kit/index.ts';
import { type KeyGroup, type KeyRule, specOf } from './key-rule.ts';
import { tenantKeys } from './tenant-keys.ts';

export function tenantFileSchema(): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Tenant file of outdial',
    description: 'The file of MULTI_TENANT_CONFIG_FILE. What a tenant does not give comes from the environment.',
    type: 'object',
    required: ['tenants'],
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      tenants: {
        type: 'array',
        minItems: 1,
        items: { ...groupSchema(tenantKeys), required: ['tenantURI'] },
      },
    },
  };
}

function groupSchema(group: KeyGroup): JsonObject {
  const { description, keys, rest } = group;
  return {
    type: 'object',
    description,
    properties: Object.fromEntries(Object.entries(keys).map(([key, rule]) => [key, ruleSchema(rule)])),
    additionalProperties: rest !== undefined,
  };
}

function ruleSchema(rule: KeyRule): JsonObject {
  switch (rule.use) {
    case 'group': {
      const one = groupSchema(rule);
      if (rule.listOf === undefined) return one;
      return { description: rule.description, anyOf: [one, { type: 'array', minItems: 1, items: one }] };
    }
    case 'setting':
    case 'value':
      return leafSchema(specOf(rule));
    case 'identity':
      return {
        type: 'string',
        minLength: 1,
        maxLength: 256,
        description:
          'The name of the tenant: the tenantID of the path, and the number or URI that incoming calls match.',
      };
    case 'remark':
      return { type: 'string', description: 'For people.' };
    case 'ignored':
      return { description: `Accepted without effect: ${rule.why}.` };
    default:
      return rule satisfies never;
  }
}

function leafSchema({ kind, description, noEffect, default: text }: ValueSpec): JsonObject {
  const why = noEffect === undefined ? '' : ` No effect yet: ${noEffect}.`;
  return {
    ...kindSchema(kind),
    description: `${description} Expected: ${describeKind(kind)}.${why}`,
    ...(text === undefined ? {} : { default: defaultOf(kind, text) }),
  };
}

function defaultOf(kind: SettingKind, text: string): Json {
  if (kind.type === 'boolean') return text === 'true';
  return isNumeric(kind) ? Number(text) : text;
}

function isNumeric(
  kind: SettingKind,
): kind is SettingKind & { type: 'integer' | 'decimal' | 'duration'; min: number; max: number } {
  return kind.type === 'integer' || kind.type === 'decimal' || kind.type === 'duration';
}

/** Numbers and booleans may be written as text too, and an empty text counts as not given. */
function kindSchema(kind: SettingKind): JsonObject {
  if (isNumeric(kind)) {
    const { type, min: minimum, max: maximum } = kind;
    const asText = type === 'integer' ? String.raw`^\s*[+-]?\d*\s*$` : String.raw`^\s*[+-]?[\d.]*\s*$`;
    return {
      anyOf: [
        { type: type === 'integer' ? 'integer' : 'number', minimum, maximum },
        { type: 'string', pattern: asText },
      ],
    };
  }
  switch (kind.type) {
    case 'boolean':
      return {
        anyOf: [{ type: 'boolean' }, { type: 'string', pattern: '^(?:[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|)$' }],
      };
    case 'json':
      return { type: 'object' };
    case 'secret-json':
      return { type: ['object', 'string'] };
    case 'text':
      return { type: 'string', maxLength: kind.maxLength };
    case 'username':
      return { type: 'string', maxLength: 256, pattern: '^[^:]*$' };
    case 'word':
      return { type: 'string', enum: [...Object.keys(kind.words), ''] };
    default:
      return { type: 'string' };
  }
}
