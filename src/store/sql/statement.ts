/**
 * SQL without a database: a program yields statements and is given their rows, so one text of a query serves an engine
 * that answers at once (SQLite) and one that answers later (PostgreSQL).
 *
 * Statements are written in the common part of both languages. `?1` is the first value; what differs is in braces, see
 * `dialect.ts`.
 */
export type SqlValue = string | number | null;
export type Row = Readonly<Record<string, SqlValue>>;

export interface Statement {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** Drivers throw an `SqlFault` into a program whose statement failed. */
export type Program<T> = Generator<Statement, T, readonly Row[]>;

/** Why a database did not carry out a statement. */
export type SqlFaultKind =
  /** No room on the disk, or it is read-only. */
  | 'full'
  /** It is not there, or its file cannot be read or written. */
  | 'unavailable'
  /** Another transaction was in the way: the whole transaction may be tried again. */
  | 'conflict'
  /** The statement is wrong, or breaks a rule of the schema. */
  | 'statement';

export class SqlFault extends Error {
  override readonly name = 'SqlFault';
  readonly kind: SqlFaultKind;

  constructor(kind: SqlFaultKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

export function* rows(sql: string, ...values: readonly SqlValue[]): Program<readonly Row[]> {
  return yield { sql, values };
}

export function* row(sql: string, ...values: readonly SqlValue[]): Program<Row | undefined> {
  return (yield { sql, values })[0];
}

/** A list of texts as one value, for `{items ?n}`. */
export function itemsValue(items: Iterable<string>): string {
  return JSON.stringify([...items]);
}
