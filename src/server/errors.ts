interface ErrorEntry {
  readonly status: number;
  readonly message: string;
}

/** Every error that a client can see. Codes are stable; where registries have a code for it, it is theirs. */
const ERRORS = {
  ENCODING_INVALID: { status: 400, message: 'the query is not percent-encoded UTF-8' },
  QUERY_TOO_LONG: { status: 400, message: 'q may have at most 256 bytes' },
  N_INVALID: { status: 400, message: 'n must be a whole number from 1' },
  PAGE_INVALID: { status: 400, message: 'page must be a whole number from 1' },
  PAGE_TOO_DEEP: { status: 400, message: 'only the first 10000 results can be paged through; narrow the search' },
  PAGINATION_NUMBER_INVALID: { status: 400, message: 'n must be a whole number from 1' },
  REQUEST_INVALID: { status: 400, message: 'the request cannot be understood' },
  NOT_FOUND: { status: 404, message: 'there is nothing here; / lists the routes' },
  REQUEST_TIMEOUT: { status: 408, message: 'the request took too long to arrive' },
  HEADERS_TOO_LARGE: { status: 431, message: 'address and headers may have 16 KB together' },
  INTERNAL: { status: 500, message: 'something went wrong here; the log says what' },
  NOT_READY: { status: 503, message: 'the index is not loaded yet; try again in a moment' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** The shape in which registries tell errors, used for every route. */
export interface ErrorBody {
  readonly errors: readonly { readonly code: ErrorCode; readonly message: string }[];
}

/** An answer other than 2xx, thrown from anywhere in a route. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly status: number;

  constructor(code: ErrorCode) {
    super(ERRORS[code].message);
    this.name = 'ApiError';
    this.code = code;
    this.status = ERRORS[code].status;
  }
}

export function errorBody({ code, message }: ApiError): ErrorBody {
  return { errors: [{ code, message }] };
}
