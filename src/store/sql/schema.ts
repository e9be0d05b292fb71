/**
 * The tables, as numbered steps that only go forward. A step that was ever released is never changed: what is wrong with
 * it is put right by the next one.
 */
import { type Program, row, rows } from './statement.ts';

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly statements: readonly string[];
}

const owner = 'owner_node {text} not null, owner_epoch {integer} not null';

const migrations: readonly Migration[] = [
  {
    number: 1,
    name: 'calls, events, deliveries, records, keys, accounts, nodes, reports and commands',
    statements: [
      'create table counters (name {text} primary key, value {integer} not null) {table}',
      "insert into counters (name, value) values ('epoch', 0), ('place', 0)",
      'create table nodes (node_id {text} primary key, epoch {integer} not null, lease_until {integer} not null) {table}',
      `create table calls (session_id {text} primary key, tenant_id {text} not null, ${owner}, to_uri {text} not null,
        from_uri {text} not null, accepted_at {integer} not null, endpoint_key {text}, endpoint_target {text},
        facts {text} not null, state {text} not null, changed_at {integer} not null, ended_at {integer}, end_code {text},
        failure_reason {text}, dialog {text}, last_sequence {integer} not null, account {text}) {table}`,
      'create index calls_by_time on calls (accepted_at, session_id)',
      'create index calls_of_tenant on calls (tenant_id, accepted_at, session_id)',
      'create index calls_unfinished on calls (owner_node, owner_epoch) where ended_at is null',
      'create index calls_over on calls (ended_at, session_id) where ended_at is not null',
      `create table events (session_id {text} not null, sequence {integer} not null, tenant_id {text} not null,
        type {text} not null, at {integer} not null, data {text} not null, primary key (session_id, sequence)) {table}`,
      `create table stream (place {integer} primary key, tenant_id {text} not null, session_id {text} not null,
        sequence {integer} not null) {table}`,
      'create index stream_of_tenant on stream (tenant_id, place)',
      'create index stream_of_call on stream (session_id)',
      `create table deliveries (session_id {text} not null, sequence {integer} not null, tenant_id {text} not null,
        endpoint_key {text} not null, endpoint_target {text} not null, ${owner}, attempts {integer} not null,
        queued_at {integer} not null, due_at {integer} not null, last_status {integer}, last_reason {text},
        state {text} not null, settled_at {integer}, is_head {integer} not null,
        primary key (session_id, sequence)) {table}`,
      `create index deliveries_due on deliveries (owner_node, owner_epoch, endpoint_key, due_at, session_id)
        where is_head = 1`,
      'create index deliveries_next on deliveries (owner_node, owner_epoch, due_at) where is_head = 1',
      "create index deliveries_waiting on deliveries (owner_node, owner_epoch) where state = 'waiting'",
      "create index deliveries_dead on deliveries (settled_at, session_id, sequence) where state = 'dead'",
      'create table records (session_id {text} primary key, tenant_id {text} not null, document {text}) {table}',
      `create table idempotency_keys (tenant_id {text} not null, key {text} not null, fingerprint {text} not null, ${owner},
        claimed_at {integer} not null, status {integer}, body {text}, primary key (tenant_id, key)) {table}`,
      'create index idempotency_keys_by_time on idempotency_keys (claimed_at)',
      `create table accounts (account {text} primary key, tokens {real}, tokens_at {integer},
        running_calls {integer} not null) {table}`,
      `create table charges (account {text} not null, day {integer} not null, charged_ms {integer} not null,
        primary key (account, day)) {table}`,
      `create table reports (id {text} primary key, sink {text} not null, session_id {text} not null,
        document {text} not null, queued_at {integer} not null, due_at {integer} not null, ${owner}) {table}`,
      'create index reports_of_sink on reports (sink, owner_node, owner_epoch, id)',
      `create table commands (place {identity}, id {text} not null unique, session_id {text} not null,
        command {text} not null, sent_at {integer} not null, is_taken {integer} not null, answer {text}) {table}`,
      'create index commands_of_call on commands (session_id)',
      'create index commands_by_time on commands (sent_at)',
    ],
  },
  {
    number: 2,
    name: 'figures of calls that are over, in slots of time',
    statements: [
      `create table call_ends (tenant_id {text} not null, slot_ms {integer} not null, slot {integer} not null,
        state {text} not null, end_code {text} not null, is_answered {integer} not null, owner_epoch {integer} not null,
        calls {integer} not null, primary key (tenant_id, slot_ms, slot, state, end_code, is_answered, owner_epoch)) {clustered table}`,
      `create table call_waits (tenant_id {text} not null, slot_ms {integer} not null, slot {integer} not null,
        owner_epoch {integer} not null, histograms {text} not null,
        primary key (tenant_id, slot_ms, slot, owner_epoch)) {table}`,
      'create index calls_running on calls (tenant_id, accepted_at) where ended_at is null',
      // Calls that ended before: how they ended. How long was waited in them only their records say.
      ...[300_000, 3_600_000, 86_400_000].map(
        (slotMs) => `insert into call_ends (tenant_id, slot_ms, slot, state, end_code, is_answered, owner_epoch, calls)
          select tenant_id, ${slotMs}, slot, state, end_code, is_answered, 0, count(*) from (
            select tenant_id, accepted_at - accepted_at % ${slotMs} as slot, state, end_code, case when exists (
              select 1 from events e where e.session_id = c.session_id and e.type = 'call.active'
            ) then 1 else 0 end as is_answered from calls c where ended_at is not null and end_code is not null
          ) as ended group by tenant_id, slot, state, end_code, is_answered`,
      ),
    ],
  },
  {
    number: 3,
    name: 'attempts of deliveries',
    statements: ['alter table deliveries add column tries {text}'],
  },
];

/** The newest schema that this version of outdial knows. */
export const newestSchema = migrations.length;

/** What became of the schema: its number before and now. Above `newestSchema` nothing was changed: refuse to go on. */
export interface Migrated {
  readonly before: number;
  readonly now: number;
}

/** Brings the tables up to date. Run it in one transaction that no other node's can overlap. */
export function* migrate(): Program<Migrated> {
  yield* rows('create table if not exists migrations (number {integer} primary key, name {text} not null) {table}');
  const before = Number((yield* row('select coalesce(max(number), 0) as number from migrations'))?.['number'] ?? 0);
  for (const { number, name, statements } of migrations) {
    if (number <= before) continue;
    for (const statement of statements) yield* rows(statement);
    yield* rows('insert into migrations (number, name) values (?1, ?2)', number, name);
  }
  return { before, now: Math.max(before, newestSchema) };
}

/** The sentence for a schema that a newer version made. */
export function describeNewerSchema(where: string, found: number): string {
  return `${where} has schema ${found}, made by a newer outdial; this one knows ${newestSchema}. Use the newer version, or another database.`;
}
