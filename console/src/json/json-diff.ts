/** What is different between two JSON values, as places and what stands there. */

export interface JsonChange {
  /** `clinic.day`, `items[2]`; empty for the whole. */
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Nothing in this project nests deeper. */
const maxDepth = 64;

/** In the order of the later value; what is gone comes after it. */
export function diffJson(before: unknown, after: unknown): readonly JsonChange[] {
  const changes: JsonChange[] = [];
  compare(before, after, '', changes, 0);
  return changes;
}

function compare(before: unknown, after: unknown, path: string, into: JsonChange[], depth: number): void {
  if (Object.is(before, after)) return;
  if (before === undefined) into.push({ path, kind: 'added', after });
  else if (after === undefined) into.push({ path, kind: 'removed', before });
  else if (
    depth < maxDepth &&
    isContainer(before) &&
    isContainer(after) &&
    Array.isArray(before) === Array.isArray(after)
  ) {
    compareMembers(before, after, path, into, depth);
  } else if (JSON.stringify(before) !== JSON.stringify(after)) into.push({ path, kind: 'changed', before, after });
}

function compareMembers(before: object, after: object, path: string, into: JsonChange[], depth: number): void {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  const place = (name: string): string => {
    if (Array.isArray(after)) return `${path}[${name}]`;
    return path === '' ? name : `${path}.${name}`;
  };
  for (const [name, value] of now) compare(old.get(name), value, place(name), into, depth + 1);
  for (const [name, value] of old) if (!now.has(name)) compare(value, undefined, place(name), into, depth + 1);
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
