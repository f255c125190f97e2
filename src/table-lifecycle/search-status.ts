import { request } from 'undici';
import { deadline } from '../async/deadline.ts';
import { isCount } from '../dynamodb/items/item.ts';
import type { Marker } from '../dynamodb/state/marker.ts';
import { isRecord } from '../json/is-record.ts';
import { readJson } from '../json/read-json.ts';

/** How much a search replica finds for those who have not logged in. */
export interface SearchCounts {
  readonly repositories: number;
  readonly tags: number;
}

/** What it says of itself: also which filling of the tables it answers from, and whether it has all of that. */
export interface SearchReport extends SearchCounts {
  readonly epoch: number;
  readonly incomplete: boolean;
}

/** Asks a search service what it finds; undefined when it does not answer, which is no error. */
export type SearchProbe = (url: string, signal: AbortSignal) => Promise<SearchReport | undefined>;

const TIMEOUT_MS = 2_000;
/** An answer is a line of a hundred characters. Whoever answers may be somebody else. */
const MAX_BYTES = 4 * 1024;

export const probeSearch: SearchProbe = async (url, signal) => {
  try {
    const { statusCode, body } = await request(`${url}/v1/status`, { signal: deadline(signal, TIMEOUT_MS) });
    const answer = await readJson(body, MAX_BYTES);
    return statusCode === 200 ? reportIn(answer) : undefined;
  } catch {
    return undefined;
  }
};

/** The API server refuses a status with a count that is none, so none is taken over. */
function reportIn(answer: unknown): SearchReport | undefined {
  if (!isRecord(answer)) return undefined;
  const { repositories, tags, epoch, incomplete } = answer;
  if (!isCount(repositories) || !isCount(tags) || !isCount(epoch) || typeof incomplete !== 'boolean') return undefined;
  return { repositories, tags, epoch, incomplete };
}

/** Whether everything of a filling can be found; a search service that says nothing is given the benefit of the doubt. */
export function hasAll(report: SearchReport | undefined, { epoch }: Marker): boolean {
  return report === undefined || (report.epoch === epoch && !report.incomplete);
}
