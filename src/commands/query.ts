import { Command } from 'commander';
import { request } from 'undici';
import { ConfigError } from '../config/config-error.ts';
import { wholeNumber } from './options.ts';

interface QueryFlags {
  readonly url: string;
  readonly limit: number;
}

interface Row {
  readonly name: string;
  readonly description: string;
}

const TIMEOUT_MS = 10_000;
const MOST_ROWS = 100;

export function queryCommand(): Command {
  return new Command('query')
    .description('ask a search service, and print what it finds')
    .argument('[term]', 'what to look for in names and descriptions; nothing lists everything', '')
    .option('--url <url>', 'the search service', 'http://127.0.0.1:8080')
    .option('--limit <rows>', 'rows to print', wholeNumber(1, MOST_ROWS), 25)
    .action(query);
}

async function query(term: string, { url, limit }: QueryFlags): Promise<void> {
  const answer = await ask(searchUrl(url, term, limit));
  const width = Math.max(0, ...answer.results.map(({ name }) => name.length));
  for (const { name, description } of answer.results) console.log(`${name.padEnd(width)}  ${description}`.trimEnd());
  console.log(`${answer.results.length} of ${answer.num_results}`);
}

function searchUrl(service: string, term: string, limit: number): URL {
  if (!/^https?:\/\//.test(service) || !URL.canParse(service))
    throw new ConfigError(`--url wants an http:// or https:// URL, not ${service}`);
  return new URL(`/v1/search?${new URLSearchParams({ q: term, n: String(limit) })}`, service);
}

async function ask(url: URL): Promise<{ num_results: number; results: Row[] }> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const { statusCode, body } = await request(url, { signal }).catch((error: unknown) => {
    throw new ConfigError(`${url.origin} does not answer; --url says where the search service is`, error);
  });
  const answer: unknown = await body.json().catch(() => undefined);
  if (statusCode === 200 && isAnswer(answer)) return answer;
  throw new ConfigError(`${url.origin} answered ${statusCode}${messageOf(answer)}`);
}

function isAnswer(value: unknown): value is { num_results: number; results: Row[] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'num_results' in value &&
    'results' in value &&
    Array.isArray(value.results)
  );
}

/** The first of the errors that a refusal tells. */
function messageOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || !('errors' in value) || !Array.isArray(value.errors)) return '';
  const [first]: { message?: unknown }[] = value.errors;
  return typeof first?.message === 'string' ? `: ${first.message}` : '';
}
