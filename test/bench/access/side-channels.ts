import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import type { SearchEngine, Visibility } from '../../../src/search/api.ts';
import { parseQuery } from '../../../src/search/query/parse.ts';
import { distributionOf } from '../support/distribution.ts';
import type { Goal } from '../support/goals.ts';

/** How many hidden and as many missing things are asked for, in turns. */
export const ASKED = 1_000;
/** Each is asked for so often, and its quickest answer counts: the one that was least disturbed. */
const TIMES = 5;
const DIFFERENCE_US = 20;

/** Teams whose names begin so are hidden: about a third. */
const HIDDEN: readonly string[] = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const VISIBILITY: Visibility = [{ names: undefined, except: HIDDEN.map((letter) => `${letter}**`), showPrivate: true }];

/** What a question is about a repository. */
const QUESTIONS: Readonly<Record<string, (record: RepositoryRecord) => string>> = {
  'an exact name': ({ name }) => name,
  'a digest': ({ tags }) => `digest:${tags[0]?.digest}`,
  'a namespace': ({ name }) => `ns:${name.slice(0, name.lastIndexOf('/'))}`,
};

/**
 * How much longer answers about what is hidden take than answers about what is missing, which is made in the same way.
 * The caller must not learn from that what there is.
 */
export async function measureSideChannels(
  engine: SearchEngine,
  present: readonly RepositoryRecord[],
  absent: readonly RepositoryRecord[],
): Promise<Goal[]> {
  const isHidden = ({ name }: RepositoryRecord) => HIDDEN.includes(name.charAt(0));
  const spaces = new Set(present.map(spaceOf));
  const goals: Goal[] = [];
  for (const [what, question] of Object.entries(QUESTIONS)) {
    const isMissing = (record: RepositoryRecord) => what !== 'a namespace' || !spaces.has(spaceOf(record));
    const hidden = present.filter(isHidden).slice(0, ASKED).map(question);
    const missing = absent
      .filter(isHidden)
      .map(what === 'a namespace' ? otherSpace : (one) => one)
      .filter(isMissing);
    goals.push(await compare(engine, what, { hidden, missing: missing.slice(0, ASKED).map(question) }));
  }
  return goals;
}

function spaceOf({ name }: RepositoryRecord): string {
  return name.slice(0, name.lastIndexOf('/'));
}

/** With two letters of its namespace in the other order. */
function otherSpace(record: RepositoryRecord): RepositoryRecord {
  const { name } = record;
  return { ...record, name: `${name.charAt(0)}${name.charAt(2)}${name.charAt(1)}${name.slice(3)}` };
}

interface Compared {
  readonly hidden: readonly string[];
  readonly missing: readonly string[];
}

async function compare(engine: SearchEngine, what: string, { hidden, missing }: Compared): Promise<Goal> {
  const asked = Math.min(hidden.length, missing.length);
  const quickest = {
    hidden: new Float64Array(asked).fill(Number.POSITIVE_INFINITY),
    missing: new Float64Array(asked).fill(Number.POSITIVE_INFINITY),
  };
  for (let time = 0; time < TIMES; time += 1) {
    for (let at = 0; at < asked; at += 1) {
      for (const kind of at % 2 === 0 ? (['hidden', 'missing'] as const) : (['missing', 'hidden'] as const)) {
        const text = (kind === 'hidden' ? hidden : missing)[at] ?? '';
        quickest[kind][at] = Math.min(quickest[kind][at] ?? 0, await timeOf(engine, text));
      }
    }
  }
  const [a, b] = [quickest.hidden, quickest.missing].map((times) => distributionOf([...times]).p50Ms * 1_000);
  const differenceUs = (a ?? 0) - (b ?? 0);
  console.log(`${what}, ${asked} of each: hidden ${a?.toFixed(1)} µs, missing ${b?.toFixed(1)} µs (medians)`);
  const figure = Math.abs(differenceUs);
  return { name: `hidden against missing: ${what}`, figure, unit: 'µs', wanted: { atMost: DIFFERENCE_US } };
}

/** In milliseconds. */
async function timeOf(engine: SearchEngine, text: string): Promise<number> {
  const start = { kind: 'offset', offset: 0 } as const;
  const sort = { by: 'relevance', reverse: false } as const;
  const query = parseQuery(text, 0);
  const beganMs = performance.now();
  await engine.search({ query, sort, start, limit: 25, visibility: VISIBILITY });
  return performance.now() - beganMs;
}
