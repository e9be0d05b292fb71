/** Where SQLite and PostgreSQL say the same thing differently. */
interface Dialect {
  readonly words: Readonly<Record<string, string>>;
  /** The texts of a JSON list that is value n. */
  readonly items: (n: string) => string;
  readonly value: (n: string) => string;
}

const sqlite: Dialect = {
  words: {
    // One connection writes: nothing needs to be locked.
    'for update': '',
    'for key share': '',
    'skip locked': '',
    text: 'text',
    integer: 'integer',
    real: 'real',
    identity: 'integer primary key autoincrement',
    table: 'strict',
    // Its rows lie in the order of the key.
    'clustered table': 'strict, without rowid',
  },
  items: (n) => `(select value from json_each(?${n}))`,
  value: (n) => `?${n}`,
};

const postgresql: Dialect = {
  words: {
    'for update': 'for update',
    'for key share': 'for key share',
    'skip locked': 'for update skip locked',
    // Sorted by bytes, as SQLite does: pages and sequences of reports depend on it.
    text: 'text collate "C"',
    integer: 'bigint',
    real: 'double precision',
    identity: 'bigint generated always as identity primary key',
    table: '',
    'clustered table': '',
  },
  items: (n) => `(select value from json_array_elements_text(cast($${n} as json)) as list(value))`,
  value: (n) => `$${n}`,
};

function translator({ words, items, value }: Dialect): (sql: string) => string {
  const known = new Map<string, string>();
  return (sql) => {
    let text = known.get(sql);
    if (text === undefined) {
      text = sql.replaceAll(/\{items \?(\d+)\}|\{([a-z ]+)\}|\?(\d+)/g, (_, list, word, n) =>
        list === undefined ? (word === undefined ? value(n) : (words[word] ?? `{${word}}`)) : items(list),
      );
      known.set(sql, text);
    }
    return text;
  };
}

export const toSqlite = translator(sqlite);
export const toPostgresql = translator(postgresql);
