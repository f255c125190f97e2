import { request } from 'undici';
import { ConfigError } from '../config/config-error.ts';
import { isCount } from '../dynamodb/items/item.ts';
import { isRecord } from '../json/is-record.ts';
import { AnswerUnreadable, readJson } from '../json/read-json.ts';
import { type Login, printBasic } from '../telemetry/credential.ts';
import { printable } from '../telemetry/untrusted-text.ts';
import { explainRedirect, serviceOf } from './search-url.ts';

/** The part of an answer of `/v1/search` that is printed. Its texts are safe for a terminal. */
export interface SearchPage {
  readonly total: number;
  readonly rows: readonly SearchRow[];
  readonly corrected: string | undefined;
  readonly hints: readonly string[];
}

export interface SearchRow {
  readonly name: string;
  readonly description: string;
}

interface Refusal {
  readonly message: string;
  /** Where in the query the mistake is; undefined for other refusals. */
  readonly position: number | undefined;
}

const TIMEOUT_MS = 10_000;
/** A thousand rows of the longest names and texts, each character as JSON's longest escape. */
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_NAME_LENGTH = 255;
const MAX_TEXT_LENGTH = 1_000;
const MAX_HINTS = 16;

/**
 * Asks `/v1/search`. Rejects with a ConfigError that says why there is no answer, or points at the mistake in the
 * query.
 */
export async function askSearch(
  url: URL,
  credentials?: Login,
  signal = AbortSignal.timeout(TIMEOUT_MS),
): Promise<SearchPage> {
  const { statusCode, location, answer } = await ask(url, credentials, signal);
  const page = statusCode === 200 ? pageIn(answer) : undefined;
  if (page) return page;
  if (location !== undefined) throw new ConfigError(explainRedirect(url, statusCode, location));
  const refusal = refusalIn(answer);
  if (statusCode === 401)
    throw new ConfigError(`${serviceOf(url)} wants a login: ${credentials ? REFUSED : HOW_TO_LOG_IN}`);
  if (refusal?.position !== undefined) throw new ConfigError(pointAt(url.searchParams.get('q') ?? '', refusal));
  throw new ConfigError(`${serviceOf(url)} answered ${statusCode}: ${refusal?.message ?? FOREIGN}`);
}

const HOW_TO_LOG_IN =
  'use docker login for that host, --auth-file, or REGISTRY_USERNAME and REGISTRY_PASSWORD in the environment';
const REFUSED = 'it refuses the name and password that were found';
const FOREIGN = 'that is no answer of a search service; --url says where one is';

interface Asked {
  readonly statusCode: number;
  /** Where a redirect leads; undefined where there is none. */
  readonly location: string | undefined;
  /** JSON; undefined for what is none. */
  readonly answer: unknown;
}

async function ask(url: URL, credentials: Login | undefined, signal: AbortSignal): Promise<Asked> {
  try {
    const { statusCode, headers, body } = await request(url, {
      signal,
      headers: credentials ? { authorization: printBasic(credentials) } : {},
    });
    const location = statusCode >= 300 && statusCode < 400 ? headers.location : undefined;
    const answer = await readJson(body, MAX_BYTES).catch(noJson);
    return { statusCode, location: typeof location === 'string' ? location : undefined, answer };
  } catch (error) {
    throw new ConfigError(`${serviceOf(url)} does not answer; --url says where the search service is`, error);
  }
}

function noJson(error: unknown): undefined {
  if (!(error instanceof AnswerUnreadable)) throw error;
}

function pageIn(value: unknown): SearchPage | undefined {
  if (!isRecord(value) || !Array.isArray(value.results) || !isCount(value.num_results)) return undefined;
  const { corrected, hints } = value;
  return {
    total: value.num_results,
    rows: value.results.flatMap(rowIn),
    corrected: typeof corrected === 'string' ? printable(corrected, MAX_TEXT_LENGTH) : undefined,
    hints: (Array.isArray(hints) ? hints : []).slice(0, MAX_HINTS).flatMap(textIn),
  };
}

function textIn(value: unknown): string[] {
  return typeof value === 'string' ? [printable(value, MAX_TEXT_LENGTH)] : [];
}

function rowIn(value: unknown): SearchRow[] {
  if (!isRecord(value) || typeof value.name !== 'string') return [];
  const description = typeof value.description === 'string' ? value.description : '';
  return [{ name: printable(value.name, MAX_NAME_LENGTH), description: printable(description, MAX_TEXT_LENGTH) }];
}

/** The first error of a refusal. */
function refusalIn(value: unknown): Refusal | undefined {
  const [first]: unknown[] = isRecord(value) && Array.isArray(value.errors) ? value.errors : [];
  if (!isRecord(first) || typeof first.message !== 'string') return undefined;
  const position = isRecord(first.detail) ? first.detail.position : undefined;
  return {
    message: printable(first.message, MAX_TEXT_LENGTH),
    position: isCount(position) ? position : undefined,
  };
}

/** Another program may answer with a position beyond the end of the query. */
function pointAt(text: string, { message, position = 0 }: Refusal): string {
  return `${message}\n\n  ${text}\n  ${' '.repeat(Math.min(position, text.length))}^`;
}
