import { pino } from 'pino';
import Type from 'typebox';
import { Value } from 'typebox/value';
import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import { createSearchEngine } from '../../../src/search/engine/create-engine.ts';
import { buildSearchServer } from '../../../src/server/app.ts';
import { createMetricsRegistry } from '../../../src/telemetry/metrics.ts';

/** What came back for a query. */
export interface Answered {
  /** Names of the rows, best first; none where nothing was found. */
  readonly names: readonly string[];
  /** What the answer says beside its rows: hints, a correction, or a mistake. */
  readonly said: readonly string[];
  /** Nothing was found, and docker or a reader of JSON is not told why. */
  readonly isSilent: boolean;
}

/** Asks one query. */
export type Ask = (query: string) => Promise<Answered>;

/** As docker's daemon names itself. */
const DOCKER = 'docker/27.3.1 go/go1.22.7 git-commit/41ca978 kernel/6.8.0 os/linux arch/amd64';
const CURL = 'curl/8.10.1';
/** Ages such as `pushed:<30d` are counted back from here, so that answers stay the same. */
const NOW_MS = Date.parse('2026-11-28T18:00:00Z');

const ANSWER = Type.Object({
  num_results: Type.Integer(),
  results: Type.Array(Type.Object({ name: Type.String(), description: Type.String() })),
  corrected: Type.Optional(Type.String()),
  relaxed: Type.Optional(Type.Array(Type.Unknown())),
  hints: Type.Optional(Type.Array(Type.String())),
});

/**
 * Search over these records, asked over HTTP as docker and as a program would; records go into the engine as they are.
 * Rows are those that `agent` gets.
 */
export function createAsk(records: readonly RepositoryRecord[], agent = DOCKER): Ask {
  const engine = createSearchEngine();
  for (const record of records) engine.upsert(record);
  const { app } = buildSearchServer({
    replica: { current: () => ({ engine, epoch: 1, incomplete: false }) },
    metricsRegistry: createMetricsRegistry(),
    log: pino({ level: 'silent' }),
    now: () => NOW_MS,
  });
  const get = async (query: string, agent: string) => {
    const url = `/v1/search?q=${encodeURIComponent(query)}&n=25`;
    return (await app.inject({ url, headers: { 'user-agent': agent } })).json();
  };
  return async (query) => {
    const rows = Value.Parse(ANSWER, await get(query, agent));
    const program = await get(query, CURL);
    const said = Value.Check(ANSWER, program) ? sayingsOf(program) : [JSON.stringify(program)];
    const isFound = rows.num_results > 0;
    return {
      names: isFound ? rows.results.map(({ name }) => name) : [],
      said,
      isSilent: !isFound && (said.length === 0 || (agent === DOCKER && rows.results.length === 0)),
    };
  };
}

function sayingsOf({ corrected, relaxed = [], hints = [] }: Type.Static<typeof ANSWER>): string[] {
  const changes = relaxed.map((change) => JSON.stringify(change));
  return [...(corrected === undefined ? [] : [`corrected: ${corrected}`]), ...changes, ...hints];
}
