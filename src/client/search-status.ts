import { request } from 'undici';
import type { Problem } from '../api/conditions.ts';
import { reportKeyOf } from '../api/report-key.ts';
import { deadline } from '../async/deadline.ts';
import { isRecord } from '../json/is-record.ts';
import { readJson } from '../json/read-json.ts';
import { redacted } from '../telemetry/untrusted-text.ts';

/** How much a search replica finds for users who have not logged in. */
export interface SearchCounts {
  readonly repositories: number;
  readonly tags: number;
}

/** The counts, with the epoch that the replica answers from, and whether it has not loaded all of that yet. */
export interface SearchReport extends SearchCounts {
  readonly epoch: number;
  readonly incomplete: boolean;
  /** What keeps search from telling callers apart. */
  readonly problem?: Problem | undefined;
}

/** Asks a search service for its status. No answer is no error: undefined. */
export type SearchProbe = (asked: AskedReport, signal: AbortSignal) => Promise<SearchReport | undefined>;

export interface AskedReport {
  readonly url: string;
  /** See OwnershipRecord: what search knows its operator by. */
  readonly nudgeKey: string | undefined;
}

const TIMEOUT_MS = 2_000;
/** A status is a line of a hundred characters, but another program may listen at that address. */
const MAX_BYTES = 4 * 1024;

export const probeSearch: SearchProbe = async ({ url, nudgeKey }, signal) => {
  const headers = nudgeKey === undefined ? {} : { authorization: `Bearer ${reportKeyOf(nudgeKey)}` };
  try {
    const { statusCode, body } = await request(`${url}/v1/status`, { headers, signal: deadline(signal, TIMEOUT_MS) });
    const answer = await readJson(body, MAX_BYTES);
    return statusCode === 200 ? reportIn(answer) : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Parsed strictly: the counts become part of a status, which the API server refuses where one of them is not a count.
 */
function reportIn(answer: unknown): SearchReport | undefined {
  if (!isRecord(answer)) return undefined;
  const { repositories, tags, epoch, incomplete } = answer;
  if (!isCount(repositories) || !isCount(tags) || !isCount(epoch) || typeof incomplete !== 'boolean') return undefined;
  return { repositories, tags, epoch, incomplete, problem: problemIn(answer.problem) };
}

const MAX_CHARACTERS = 500;

function problemIn(value: unknown): Problem | undefined {
  if (!isRecord(value) || typeof value.reason !== 'string' || typeof value.message !== 'string') return undefined;
  const reason = REASON.exec(value.reason)?.[0];
  return reason === undefined ? undefined : { reason, message: redacted(value.message, MAX_CHARACTERS) };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** The form that the API server wants reasons to have. */
const REASON = /^[A-Za-z]{1,64}$/;

/** Whether everything of an epoch can be found. A service that does not answer gets the benefit of the doubt. */
export function servesEpoch(report: SearchReport | undefined, { epoch }: { readonly epoch: number }): boolean {
  return report === undefined || (report.epoch === epoch && !report.incomplete);
}
