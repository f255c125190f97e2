import type { Ask } from './ask.ts';
import type { JudgedQuery, JudgedSet } from './judged-sets.ts';

/** How one query was answered. */
export interface Verdict extends JudgedQuery {
  readonly set: string;
  /** Of the best row that was wanted, from 1; undefined where there is none on the first page. */
  readonly rank: number | undefined;
  readonly names: readonly string[];
  readonly said: readonly string[];
  readonly isSilent: boolean;
}

/** How some queries were answered, as numbers of queries but for the mean. */
export interface Score {
  readonly queries: number;
  /** Those that want something. */
  readonly wanting: number;
  readonly first: number;
  readonly firstThree: number;
  /** The mean of 1 / rank over those that want something. */
  readonly meanReciprocalRank: number;
  readonly silent: number;
}

/** Asks all queries of a set. */
export async function judge({ name, queries }: JudgedSet, ask: Ask): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const query of queries) {
    const answered = await ask(query.text);
    verdicts.push({ ...query, ...answered, set: name, rank: rankOf(query.wanted, answered.names) });
  }
  return verdicts;
}

export function rankOf(wanted: readonly string[], names: readonly string[]): number | undefined {
  const isWanted = (name: string) =>
    wanted.some((each) => (each.endsWith('/') ? name.startsWith(each) : name === each));
  const at = names.findIndex(isWanted);
  return at === -1 ? undefined : at + 1;
}

export function scoreOf(verdicts: readonly Verdict[]): Score {
  const wanting = verdicts.filter(({ wanted }) => wanted.length > 0);
  const ranks = wanting.map(({ rank }) => rank ?? Number.POSITIVE_INFINITY);
  const sum = ranks.reduce((total, rank) => total + 1 / rank, 0);
  return {
    queries: verdicts.length,
    wanting: wanting.length,
    first: ranks.filter((rank) => rank === 1).length,
    firstThree: ranks.filter((rank) => rank <= 3).length,
    meanReciprocalRank: wanting.length === 0 ? 1 : sum / wanting.length,
    silent: verdicts.filter(({ isSilent }) => isSilent).length,
  };
}

/** Verdicts by what a function says of them, in the order in which it says so first. */
export function scoresBy(verdicts: readonly Verdict[], groupOf: (verdict: Verdict) => string): Map<string, Score> {
  return new Map([...Map.groupBy(verdicts, groupOf)].map(([group, members]) => [group, scoreOf(members)]));
}

/** What was wanted is not among the first three, or nothing was found and nothing said. */
export function isMiss({ wanted, rank, isSilent }: Verdict): boolean {
  return isSilent || (wanted.length > 0 && (rank ?? Number.POSITIVE_INFINITY) > 3);
}
