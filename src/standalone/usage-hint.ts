import { request } from 'undici';
import { deadline } from '../async/deadline.ts';
import { sleep } from '../async/sleep.ts';
import { probeSearch, servesEpoch } from '../client/search-status.ts';
import type { OwnershipRecord } from '../dynamodb/state/ownership.ts';
import { isRecord } from '../json/is-record.ts';
import { readJson } from '../json/read-json.ts';

const POLL_MS = 50;
const TIMEOUT_MS = 5_000;
const MAX_BYTES = 64 * 1024;
/** Finds several repositories of the sample. */
const SAMPLE_QUERY = 'pay';

/**
 * Waits until search has loaded the whole epoch: it reads the tables once a second. Returns how many repositories are
 * searched, or undefined if it was stopped before.
 */
export async function untilSearchable(
  url: string,
  ownership: OwnershipRecord,
  stop: AbortSignal,
): Promise<number | undefined> {
  while (!stop.aborted) {
    const report = await probeSearch({ url, nudgeKey: ownership.nudgeKey }, stop);
    if (report && servesEpoch(report, ownership)) return report.repositories;
    await sleep(POLL_MS, stop);
  }
  return undefined;
}

/** How to search, with a query that finds something in this registry, if there is anything in it. */
export async function usageHint(url: string, stop: AbortSignal): Promise<string> {
  const end = 'Ctrl-C ends it.';
  if (await wantsLogin(url, stop)) return loginHint(url, end);
  const query = (await findsSomething(url, SAMPLE_QUERY, stop)) ? SAMPLE_QUERY : await firstName(url, '', stop);
  if (query === undefined) return `there is nothing to find yet; ${end}`;
  const { host } = new URL(url);
  return ['', `  curl '${url}/v1/search?q=${query}'`, `  docker search ${host}/${query}`, '', end].join('\n');
}

/** Whether it answers nothing to those who have not logged in. */
async function wantsLogin(url: string, stop: AbortSignal): Promise<boolean> {
  const { statusCode, body } = await request(`${url}/v1/search?n=0`, { signal: deadline(stop, TIMEOUT_MS) });
  await body.dump();
  return statusCode === 401;
}

function loginHint(url: string, end: string): string {
  const { host } = new URL(url);
  const commands = [
    `  curl -u NAME '${url}/v1/search?q=WORDS'`,
    `  docker login ${host} && docker search ${host}/WORDS`,
  ];
  return ['', ...commands, '', end].join('\n');
}

async function findsSomething(url: string, query: string, stop: AbortSignal): Promise<boolean> {
  return (await firstName(url, query, stop)) !== undefined;
}

/** The name of the first hit. Names of repositories need no escaping in a URL or a shell. */
async function firstName(url: string, query: string, stop: AbortSignal): Promise<string | undefined> {
  const target = `${url}/v1/search?${new URLSearchParams({ q: query, n: '1' })}`;
  const { body } = await request(target, { signal: deadline(stop, TIMEOUT_MS) });
  const answer = await readJson(body, MAX_BYTES);
  const rows: unknown = isRecord(answer) ? answer.results : [];
  const [first]: unknown[] = Array.isArray(rows) ? rows : [];
  const name = isRecord(first) ? first.name : undefined;
  return typeof name === 'string' ? name : undefined;
}
