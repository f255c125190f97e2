import type { Mistake } from '../../search/query/mistake.ts';

interface ErrorEntry {
  readonly status: number;
  readonly message: string;
}

/**
 * Every error that clients or metrics see. Codes are stable, and those of the registry's API where it has one. 499 is
 * nginx's status for a client that did not wait.
 */
const ERRORS = {
  ENCODING_INVALID: { status: 400, message: 'the address is not percent-encoded UTF-8' },
  QUERY_INVALID: { status: 400, message: 'the query cannot be understood' },
  PREFIX_TOO_LONG: { status: 400, message: 'q may have at most 256 characters here' },
  SORT_INVALID: { status: 400, message: 'sort may be relevance, name or pushed; a minus before it turns it round' },
  N_INVALID: { status: 400, message: 'n must be a whole number from 0' },
  PAGE_INVALID: { status: 400, message: 'page must be a whole number from 1' },
  OFFSET_TOO_DEEP: { status: 400, message: 'the page is too deep; narrow the search, or go on by cursor' },
  CURSOR_INVALID: { status: 400, message: 'the cursor is not one that an answer gave as next' },
  CURSOR_AND_PAGE: { status: 400, message: 'page and cursor both say where to begin; send one of them' },
  TAG_SORT_INVALID: {
    status: 400,
    message: 'sort may be pushed, version or name here; a minus before it turns it round',
  },
  TAG_FILTER_TOO_LONG: { status: 400, message: 'tag may have at most 128 characters' },
  DIGEST_INVALID: {
    status: 400,
    message: 'that is no digest; write sha256: and 64 hexadecimal digits, or the first eight or more of them',
  },
  NAME_UNKNOWN: { status: 404, message: 'there is no repository of that name that you may see' },
  MANIFEST_UNKNOWN: { status: 404, message: 'no tag of a repository that you may see has that digest' },
  PAGINATION_NUMBER_INVALID: { status: 400, message: 'n must be a whole number from 0' },
  VERSIONS_INVALID: { status: 400, message: 'versions may be latest; leave it out for all of them' },
  HELM_INDEX_TOO_LARGE: {
    status: 400,
    message: 'there are more than 20000 chart versions; ask for those of a namespace, or with ?versions=latest',
  },
  CREDENTIAL_INVALID: {
    status: 400,
    message: 'send one Authorization header, of Basic with a name or of Bearer',
  },
  UNAUTHORIZED: { status: 401, message: 'log in as at the registry; nothing here is for those who have not' },
  PROXY_UNPROVEN: {
    status: 403,
    message: 'only a proxy that sends the secret of search.access.forwardedUser may name the user',
  },
  TOOMANYREQUESTS: { status: 429, message: 'too many wrong passwords for this name; try again later' },
  REQUEST_INVALID: { status: 400, message: 'the request cannot be understood' },
  NOT_FOUND: { status: 404, message: 'there is nothing here; / lists the routes' },
  REGISTRY_URL_UNKNOWN: {
    status: 404,
    message:
      'charts cannot be listed without the address that they are pulled from; set spec.registry.url, or --registry-url',
  },
  UNSUPPORTED: { status: 405, message: 'only GET, HEAD and OPTIONS are answered here' },
  REQUEST_TIMEOUT: { status: 408, message: 'the request took too long to arrive' },
  HEADERS_TOO_LARGE: { status: 431, message: 'address and headers may have 16 KB together' },
  CLIENT_GONE: { status: 499, message: 'the client has closed the connection' },
  INTERNAL: { status: 500, message: 'something went wrong here; the log says what' },
  BUSY: { status: 503, message: 'too many requests are being worked on; try again in a moment' },
  TOO_MANY_UNANSWERED: {
    status: 503,
    message: 'too many requests came at once on one connection; await answers first',
  },
  LOGIN_UNAVAILABLE: {
    status: 503,
    message: 'who you are cannot be checked now, because the registry does not answer; try again in a moment',
  },
  LOOP: { status: 508, message: 'a search service asked another who a caller is, in place of the registry' },
  NOT_READY: { status: 503, message: 'the index is not loaded yet; try again in a moment' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** The status that an error is answered with, and what it says. */
export function errorEntry(code: ErrorCode): ErrorEntry {
  return ERRORS[code];
}

/** The shape of errors in the registry's API, used for every route. */
export interface ErrorBody {
  readonly errors: readonly [{ readonly code: ErrorCode; readonly message: string; readonly detail?: ErrorDetail }];
}

export interface ErrorDetail {
  /** Characters of the parameter `q` before the mistake. */
  readonly position: number;
}

/** What is known of one error beyond its code. */
export interface Explanation {
  readonly message: string;
  readonly detail?: ErrorDetail;
  /** What is wrong with the query, for a page that explains it in another language. */
  readonly mistake?: Mistake;
}

/** Thrown anywhere in a route: the answer is its status and body. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail: ErrorDetail | undefined;
  readonly mistake: Mistake | undefined;
  /** Besides those that every answer has. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, explanation: Explanation = ERRORS[code], headers: ApiError['headers'] = {}) {
    super(explanation.message);
    this.name = 'ApiError';
    this.code = code;
    this.status = ERRORS[code].status;
    this.detail = explanation.detail;
    this.mistake = explanation.mistake;
    this.headers = headers;
  }
}

export function errorBody({ code, message, detail }: ApiError): ErrorBody {
  return { errors: [{ code, message, ...(detail ? { detail } : {}) }] };
}
