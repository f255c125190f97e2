import { request } from 'undici';
import { ConfigError } from '../config/config-error.ts';

/** What is read of an answer of `/v1/search`. */
export interface SearchPage {
  readonly num_results: number;
  readonly results: readonly { readonly name: string; readonly description: string }[];
  readonly corrected?: string;
}

interface Refusal {
  readonly message: string;
  /** Where in the query the mistake is, for mistakes in the query. */
  readonly position: number | undefined;
}

const TIMEOUT_MS = 10_000;

/** Asks `/v1/search`. Throws a ConfigError that says why there is no answer, and where in the query a mistake is. */
export async function askSearch(url: URL): Promise<SearchPage> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const { statusCode, body } = await request(url, { signal }).catch((error: unknown) => {
    throw new ConfigError(`${url.origin} does not answer; --url says where the search service is`, error);
  });
  const answer: unknown = await body.json().catch(() => undefined);
  if (statusCode === 200 && isPage(answer)) return answer;
  const refusal = refusalIn(answer);
  if (refusal?.position !== undefined) throw new ConfigError(pointAt(url.searchParams.get('q') ?? '', refusal));
  throw new ConfigError(`${url.origin} answered ${statusCode}${refusal ? `: ${refusal.message}` : ''}`);
}

function isPage(value: unknown): value is SearchPage {
  return (
    typeof value === 'object' &&
    value !== null &&
    'num_results' in value &&
    'results' in value &&
    Array.isArray(value.results)
  );
}

/** The first of the errors that a refusal tells. */
function refusalIn(value: unknown): Refusal | undefined {
  if (typeof value !== 'object' || value === null || !('errors' in value) || !Array.isArray(value.errors)) return;
  const [first]: { message?: unknown; detail?: { position?: unknown } }[] = value.errors;
  const position = first?.detail?.position;
  if (typeof first?.message !== 'string') return;
  return { message: first.message, position: typeof position === 'number' ? position : undefined };
}

function pointAt(text: string, { message, position = 0 }: Refusal): string {
  return `${message}\n\n  ${text}\n  ${' '.repeat(position)}^`;
}
