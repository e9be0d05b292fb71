/** The operations of a store as programs, by name: what crosses to the thread of a database is a name and arguments. */
import type { DurableStore, Stored } from '../durable-store.ts';
import * as nodes from './nodes.ts';
import * as calls from './read-calls.ts';
import * as deliveries from './read-deliveries.ts';
import { readStatistics } from './tallies.ts';

/** They change nothing. */
const reads = {
  call: calls.readCall,
  calls: calls.listCalls,
  record: calls.readRecord,
  events: calls.readEvents,
  tenantEvents: calls.readTenantEvents,
  dueDeliveries: deliveries.readDue,
  nextDueAtWallMs: deliveries.readNextDue,
  deliveries: deliveries.readDeliveries,
  deadDeliveries: calls.listDead,
  dueReports: deliveries.readDueReports,
  statistics: readStatistics,
  chargedMs: calls.readChargedMs,
  nodes: nodes.listNodes,
  commandAnswer: nodes.readCommandAnswer,
};

/** Each wants a transaction of its own. */
const writes = {
  claimKey: nodes.claimKey,
  joinNode: nodes.joinNode,
  renewLease: nodes.renewLease,
  adopt: nodes.adopt,
  sendCommand: nodes.sendCommand,
  takeCommands: nodes.takeCommands,
  answerCommand: nodes.answerCommand,
  prune: nodes.prune,
};

const operations = { ...reads, ...writes };
type Operations = typeof operations;

/** One operation with its arguments. */
export type Order = {
  [Name in keyof Operations]: { readonly name: Name; readonly values: Parameters<Operations[Name]> };
}[keyof Operations];

export function isRead({ name }: Order): boolean {
  return name in reads;
}

/** The program of an order. */
export function programOf(order: Order): calls.Answer<unknown> {
  const make = operations[order.name] as (...values: readonly unknown[]) => calls.Answer<unknown>;
  return make(...order.values);
}

type AnswerOf<Name extends keyof Operations> =
  ReturnType<Operations[Name]> extends Generator<unknown, infer Answer, never> ? Answer : never;

/** What an engine adds to the operations. `run` gives what the program of the order gives. */
export interface SqlEngine extends Pick<DurableStore, 'name' | 'commit' | 'backup' | 'close'> {
  run(order: Order): Stored<unknown>;
}

/** A store of an engine. */
export function createSqlStore(engine: SqlEngine): DurableStore {
  const by =
    <Name extends keyof Operations>(name: Name) =>
    (...values: Parameters<Operations[Name]>): Promise<AnswerOf<Name>> =>
      engine.run({ name, values } as Order) as Promise<AnswerOf<Name>>;
  return {
    spec: 'store/1',
    name: engine.name,
    commit: (changes) => engine.commit(changes),
    backup: (filePath) => engine.backup(filePath),
    close: () => engine.close(),
    call: by('call'),
    calls: by('calls'),
    record: by('record'),
    events: by('events'),
    tenantEvents: by('tenantEvents'),
    claimKey: by('claimKey'),
    dueDeliveries: by('dueDeliveries'),
    nextDueAtWallMs: by('nextDueAtWallMs'),
    deliveries: by('deliveries'),
    deadDeliveries: by('deadDeliveries'),
    dueReports: by('dueReports'),
    statistics: by('statistics'),
    chargedMs: by('chargedMs'),
    joinNode: by('joinNode'),
    renewLease: by('renewLease'),
    nodes: by('nodes'),
    adopt: by('adopt'),
    sendCommand: by('sendCommand'),
    takeCommands: by('takeCommands'),
    answerCommand: by('answerCommand'),
    commandAnswer: by('commandAnswer'),
    prune: by('prune'),
  };
}
