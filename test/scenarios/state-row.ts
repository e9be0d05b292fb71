/** What a row of the tables of state (specification §5.2 to §5.4) promises, and how a simulated call shows it. */
import assert from 'node:assert/strict';
import type { JsonObject } from '../../src/kit/index.ts';
import type { Tenant } from '../../src/tenants/index.ts';
import { answers, type FakeBot, tenant, World, type WorldOptions } from './world.ts';

export interface StateRow {
  readonly section: '5.2' | '5.3' | '5.4';
  readonly name: string;
  /** `context`, `input.text`, or the setting or action that comes with it. */
  readonly place: string;
  readonly type: string;
  readonly moment: string;
  /** What happens instead, for a row that is not implemented. */
  readonly instead?: string;
  readonly check: () => Promise<void>;
}

export const silentPhone = { speaksFirst: false, lines: [] };
export const hangUp: JsonObject = { vgwAction: { command: 'vgwActHangup' } };
export const act = (command: string, parameters: JsonObject = {}): JsonObject => ({
  vgwActionSequence: [{ command, parameters }],
});

/** The tenant of the world with other settings. */
export function tenantWith(settings: Partial<Tenant['settings']>, rest: Partial<Tenant> = {}): Tenant {
  return { ...tenant, ...rest, settings: { ...tenant.settings, ...settings } };
}

interface CallOptions extends Partial<WorldOptions> {
  readonly of?: Tenant;
  readonly to?: string;
  /** Pressed from that instant on. */
  readonly keys?: readonly [keys: string, atMs: number];
}

/** A call of a bot that answers with `outputs`; or of any other bot. */
export async function callWith(
  bot: FakeBot | readonly JsonObject[],
  { of = tenant, to, keys, ...options }: CallOptions = {},
): Promise<World> {
  const fake: FakeBot = typeof bot === 'function' ? bot : answers(...bot);
  const world = new World({ phone: silentPhone, ...options, bot: fake });
  world.call({ tenant: of, ...(to === undefined ? {} : { to }) });
  if (keys !== undefined) world.press(...keys);
  await world.runToTheEnd();
  assert.deepEqual(world.faults, []);
  return world;
}

/** A bot whose first answer sets variables. */
export function setting(variables: JsonObject, ...outputs: readonly JsonObject[]): FakeBot {
  const bot = answers(...outputs);
  return (request, index) => {
    const answer = bot(request, index);
    if (index > 0 || answer === 'never' || !answer.ok) return answer;
    return { ok: true, value: { ...answer.value, context: { ...answer.value.context, ...variables } } };
  };
}

export const texts = (world: World): string[] => world.asked.map(({ text }) => text);

/** The value of a variable on each turn. */
export const values = (world: World, name: string): unknown[] => world.asked.map(({ context }) => context[name]);

/** From the answer of the call to the question of a turn. */
export function waitBefore(world: World, turnId: number): number {
  const asked = world.events.find((event) => event.type === 'turn.asked' && event.turn.turnId === turnId);
  const answered = world.events.find(({ type }) => type === 'call.answered');
  return (asked?.atMs ?? NaN) - (answered?.atMs ?? NaN);
}
