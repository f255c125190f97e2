import type { TSchema } from 'typebox';
import type { Answer } from '../../search/api.ts';
import { parseQuery } from '../../search/query/parse.ts';
import { hasTimes } from '../../search/query/query.ts';
import { digestOf } from '../../search/query/read-values.ts';
import { parseTagSort, TAG_SORTS, type TagSort } from '../../search/query/sort.ts';
import type { SeenIndex } from '../answers/json-answer.ts';
import { mapAnswer } from '../answers/map-answer.ts';
import { ApiError, type ErrorCode } from '../errors/api-error.ts';
import {
  CURSOR,
  type Parameter,
  type Parameters,
  parametersOf,
  rowsParameter,
  textParameter,
} from '../routes/parameters.ts';
import { parseSearchRequest, QUERY, SEARCH_PARAMETERS } from '../routes/search.ts';
import { parseSuggestQuery, SUGGEST_PARAMETERS } from '../routes/suggest.ts';
import { findDigest } from './digest.ts';
import { countFacets } from './facets.ts';
import { describeRepository } from './repository.ts';
import { searchRepositories } from './search.ts';
import { DigestOwners, Facets, Repository, SearchResult, Stats, Suggestions } from './shapes.ts';
import { countStats } from './stats.ts';

/**
 * One kind of request below `/api/v1/`: how it is read and answered, and what the description of the API says of it.
 */
export interface Operation {
  /** Its path, without what `rest` names. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  /** What the path goes on with, slashes included. */
  readonly rest?: { readonly name: string; readonly description: string; readonly example: string } | undefined;
  readonly parameters: readonly Parameter<unknown>[];
  /** Of the answer. */
  readonly schema: TSchema;
  /** Besides those that any request, and the parameters, may lead to. */
  readonly errors: readonly ErrorCode[];
  /** A query string that shows something in the sample registry. */
  readonly example: string;
  /** The most rows that the answer has. */
  readonly rows: (parameters: Parameters) => number;
  readonly answer: (asked: AskedOperation, seen: SeenIndex, signal: AbortSignal) => Answer<OperationAnswer>;
}

export interface AskedOperation {
  readonly url: string;
  /** What the path goes on with, decoded. */
  readonly rest: string;
  readonly nowMs: number;
}

export interface OperationAnswer {
  /** As `schema` describes it. */
  readonly value: object;
  /** Whether it changes with time alone; false when left out. */
  readonly isTimed?: boolean;
}

const asAnswer = (value: object): OperationAnswer => ({ value });

const SEARCH: Operation = {
  path: '/api/v1/search',
  id: 'search',
  summary: 'Repositories that a query finds, with all that the index holds of each',
  parameters: Object.values(SEARCH_PARAMETERS),
  schema: SearchResult,
  errors: [],
  example: '?q=payments',
  rows: SEARCH_PARAMETERS.n.read,
  answer({ url, nowMs }, seen, signal) {
    const request = parseSearchRequest(url, { nowMs, visibility: seen.visibility });
    const isTimed = hasTimes(request.search.query);
    return mapAnswer(searchRepositories(seen, request, signal), (value) => ({ value, isTimed }));
  },
};

const TAG_ROWS = rowsParameter('tags', { fallback: 50, most: 1_000, code: 'N_INVALID' });

const TAG_FILTER = textParameter(
  'tag',
  'a part of a tag, or with * and ? a pattern of all of it, in any case of letters',
  { maxLength: 128, code: 'TAG_FILTER_TOO_LONG' },
);

const TAG_SORT: Parameter<TagSort> = {
  name: 'sort',
  description: 'newest push first, 1.9 before 1.10, or a to z; with a minus the other way round',
  schema: { type: 'string', enum: TAG_SORTS, default: 'pushed' },
  errors: ['TAG_SORT_INVALID'],
  read(parameters) {
    const sort = parseTagSort(parameters.get('sort') ?? 'pushed');
    if (!sort) throw new ApiError('TAG_SORT_INVALID');
    return sort;
  },
};

const REPOSITORY: Operation = {
  path: '/api/v1/repositories/',
  id: 'repository',
  summary: 'One repository with a page of its tags',
  rest: { name: 'name', description: 'its name, slashes as they are', example: 'base/node' },
  parameters: [TAG_FILTER, TAG_SORT, TAG_ROWS, CURSOR],
  schema: Repository,
  errors: ['NAME_UNKNOWN'],
  example: '?sort=-version',
  rows: TAG_ROWS.read,
  answer({ url, rest }, seen, signal) {
    const parameters = parametersOf(url);
    const tags = {
      filter: TAG_FILTER.read(parameters) || undefined,
      sort: TAG_SORT.read(parameters),
      cursor: CURSOR.read(parameters),
    };
    return mapAnswer(describeRepository(seen, { name: rest, tags, rows: TAG_ROWS.read(parameters) }, signal), asAnswer);
  },
};

const OWNER_ROWS = rowsParameter('repositories', { fallback: 100, most: 1_000, code: 'N_INVALID' });

const DIGEST: Operation = {
  path: '/api/v1/digests/',
  id: 'digest',
  summary: 'Who has a digest: repositories and their tags',
  rest: {
    name: 'digest',
    description: 'sha256: and 64 hexadecimal digits, or the first eight or more of them',
    example: 'sha256:e29fdd7d',
  },
  parameters: [OWNER_ROWS, CURSOR],
  schema: DigestOwners,
  errors: ['DIGEST_INVALID', 'MANIFEST_UNKNOWN'],
  example: '',
  rows: OWNER_ROWS.read,
  answer({ url, rest }, seen, signal) {
    const digest = digestOf(rest);
    if (digest === undefined) throw new ApiError('DIGEST_INVALID');
    const parameters = parametersOf(url);
    const cursor = CURSOR.read(parameters);
    const start =
      cursor === undefined ? ({ kind: 'offset', offset: 0 } as const) : ({ kind: 'cursor', cursor } as const);
    return mapAnswer(findDigest(seen, { digest, start, rows: OWNER_ROWS.read(parameters) }, signal), asAnswer);
  },
};

const FACETS: Operation = {
  path: '/api/v1/facets',
  id: 'facets',
  summary: 'Counts of all that a query finds, and the filters that narrow it',
  parameters: [QUERY],
  schema: Facets,
  errors: [],
  example: '?q=payments',
  rows: () => 0,
  answer({ url, nowMs }, seen, signal) {
    const text = QUERY.read(parametersOf(url));
    const facets = countFacets(seen, { text, query: parseQuery(text, nowMs), nowMs }, signal);
    // Ages of pushes are among them.
    return mapAnswer(facets, (value) => ({ value, isTimed: true }));
  },
};

const SUGGEST: Operation = {
  path: '/api/v1/suggest',
  id: 'suggest',
  summary: 'Names that what was typed so far may become',
  parameters: Object.values(SUGGEST_PARAMETERS),
  schema: Suggestions,
  errors: [],
  example: '?q=pay',
  rows: SUGGEST_PARAMETERS.n.read,
  answer({ url }, { engine, visibility }, signal) {
    const query = parseSuggestQuery(url, visibility);
    if (query.limit === 0) return { value: { suggestions: [] } };
    return mapAnswer(engine.suggest(query, signal), (suggestions) => ({ value: { suggestions } }));
  },
};

const STATS: Operation = {
  path: '/api/v1/stats',
  id: 'stats',
  summary: 'How much there is that you may see',
  parameters: [],
  schema: Stats,
  errors: [],
  example: '',
  rows: () => 0,
  answer: (_asked, seen, signal) => mapAnswer(countStats(seen, signal), asAnswer),
};

export const OPERATIONS: readonly Operation[] = [SEARCH, REPOSITORY, DIGEST, FACETS, SUGGEST, STATS];
