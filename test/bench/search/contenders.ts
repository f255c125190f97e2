import { DatabaseSync } from 'node:sqlite';
import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import type { SearchEngine } from '../../../src/search/api.ts';
import { createSearchEngine } from '../../../src/search/engine/create-engine.ts';
import { parseQuery } from '../../../src/search/query/parse.ts';
import { BEST_FIRST } from '../../../src/search/query/sort.ts';
import { warmUp } from '../../../src/search/replica/warm-up.ts';
import { createLogger } from '../../../src/telemetry/log.ts';

/** Something that answers what a person typed with the exact number of hits and the first page. */
export interface Contender {
  add(record: RepositoryRecord): void;
  /** After the last record. */
  finish(): void;
  /** What a service does before it answers anybody, if it does anything. */
  warmUp?(): Promise<void>;
  /** The number of hits. */
  search(text: string): number | Promise<number>;
}

export const CONTENDERS = { ours: engineContender, sqlite: sqliteContender, scan: scanContender } as const;

export type ContenderName = keyof typeof CONTENDERS;

const ROWS = 25;
const EVERYTHING = [{ names: undefined, showPrivate: true }];
const NOW_MS = Date.UTC(2026, 5, 1);

/** The engine under measurement; also for whoever wants the engine itself. */
export function createEngine(): SearchEngine {
  return createSearchEngine();
}

export function searchEngine(engine: SearchEngine, text: string) {
  const start = { kind: 'offset', offset: 0 } as const;
  const query = parseQuery(text, NOW_MS);
  return engine.search({ query, sort: BEST_FIRST, start, limit: ROWS, visibility: EVERYTHING });
}

/** As a replica does. */
export function warmUpEngine(engine: SearchEngine): Promise<void> {
  const deps = { log: createLogger({ level: 'silent' }), now: Date.now };
  return warmUp(engine, deps, new AbortController().signal);
}

function engineContender(): Contender {
  const engine = createEngine();
  return {
    add: (record) => engine.upsert(record),
    finish: () => undefined,
    warmUp: () => warmUpEngine(engine),
    search(text) {
      const page = searchEngine(engine, text);
      return page instanceof Promise ? page.then(({ total }) => total) : page.total;
    },
  };
}

/** What most people would take: the full-text index of SQLite that finds inside words, in memory. */
function sqliteContender(): Contender {
  const database = new DatabaseSync(':memory:');
  database.exec("CREATE VIRTUAL TABLE r USING fts5(name, text, tokenize = 'trigram'); BEGIN");
  const insert = database.prepare('INSERT INTO r VALUES (?, ?)');
  return {
    add: (record) => insert.run(record.name, textOf(record)),
    finish: () => database.exec("COMMIT; INSERT INTO r(r) VALUES ('optimize')"),
    search(text) {
      const { where, values } = sqlConditions(text.split(' '));
      const total = database.prepare(`SELECT count(*) AS n FROM r WHERE ${where}`).get(...values)?.n;
      database.prepare(`SELECT name, text FROM r WHERE ${where} LIMIT ${ROWS}`).all(...values);
      return Number(total);
    },
  };
}

/** Words of three characters and more by the index, shorter ones by looking at every row. */
function sqlConditions(words: readonly string[]): { readonly where: string; readonly values: string[] } {
  const long = words.filter((word) => word.length > 2).map((word) => `"${word}"`);
  const short = words.filter((word) => word.length <= 2);
  const conditions = [
    ...(long.length > 0 ? ['r MATCH ?'] : []),
    ...short.map(() => '(instr(lower(name), ?) OR instr(lower(text), ?))'),
  ];
  const values = [...(long.length > 0 ? [long.join(' AND ')] : []), ...short.flatMap((word) => [word, word])];
  return { where: conditions.join(' AND '), values };
}

/** A loop over all names and texts, without any ranking. */
function scanContender(): Contender {
  const rows: string[] = [];
  return {
    add: (record) => rows.push(`${record.name}\n${textOf(record)}`.toLowerCase()),
    finish: () => undefined,
    search(text) {
      const words = text.split(' ');
      return rows.reduce((total, row) => total + Number(words.every((word) => row.includes(word))), 0);
    },
  };
}

function textOf({ title, summary, labels }: RepositoryRecord): string {
  return [title, summary, ...Object.entries(labels).flat()].filter((text) => text !== undefined).join('\n');
}
