import { type ErrorCode, errorEntry } from '../errors/api-error.ts';
import type { Parameter } from '../routes/parameters.ts';
import { OPERATIONS, type Operation } from './operations.ts';
import { ErrorAnswer } from './shapes.ts';

/** Errors that any request may lead to, besides those of its parameters. */
const ERRORS_OF_ALL: readonly ErrorCode[] = [
  'ENCODING_INVALID',
  'REQUEST_INVALID',
  'CREDENTIAL_INVALID',
  'UNAUTHORIZED',
  'PROXY_UNPROVEN',
  'REQUEST_TIMEOUT',
  'TOOMANYREQUESTS',
  'HEADERS_TOO_LARGE',
  'INTERNAL',
  'NOT_READY',
  'BUSY',
  'LOGIN_UNAVAILABLE',
  'TOO_MANY_UNANSWERED',
  'LOOP',
];

/** The version of the routes below `/api/v1/`. It grows where they change in a way that clients have to follow. */
const VERSION = '1';

const JSON_TYPE = 'application/json';
const ERROR_CONTENT = { [JSON_TYPE]: { schema: { $ref: '#/components/schemas/Error' } } };

/** An object of the description of the API; its parts are what OpenAPI calls them. */
type Described = Readonly<Record<string, unknown>>;

export interface DescribedApi extends Described {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
}

/** The API as OpenAPI 3.1 describes it. */
export function describeApi(): DescribedApi {
  return {
    openapi: '3.1.0',
    info: {
      title: 'registry-index',
      version: VERSION,
      description:
        'A search for a private container registry. Each answer has what the caller may see, and nothing else.',
    },
    servers: [{ url: '/' }],
    security: [{}, { basic: [] }, { bearer: [] }],
    paths: Object.fromEntries(OPERATIONS.map((operation) => [templateOf(operation), { get: describe(operation) }])),
    components: {
      schemas: { Error: ErrorAnswer },
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic', description: 'as at the registry' },
        bearer: { type: 'http', scheme: 'bearer', description: 'a token of the registry' },
      },
    },
  };
}

/** The path as OpenAPI writes it. */
export function templateOf({ path, rest }: Operation): string {
  return rest ? `${path}{${rest.name}}` : path;
}

function describe(operation: Operation): Described {
  const { id, summary, rest, parameters, schema } = operation;
  const inPath = rest && {
    name: rest.name,
    in: 'path',
    required: true,
    description: rest.description,
    schema: { type: 'string', minLength: 1 },
    example: rest.example,
  };
  return {
    operationId: id,
    summary,
    parameters: [...(inPath ? [inPath] : []), ...parameters.map(describeParameter)],
    responses: {
      '200': {
        description: summary,
        headers: { ETag: { description: 'of this answer, for If-None-Match', schema: { type: 'string' } } },
        content: { [JSON_TYPE]: { schema } },
      },
      '304': { description: 'the client has this answer already: its If-None-Match names it' },
      ...errorsOf(operation),
    },
  };
}

function describeParameter({ name, description, schema }: Parameter<unknown>): Described {
  return { name, in: 'query', description, schema };
}

/** Errors of one status are one response in OpenAPI. */
function errorsOf({ parameters, errors }: Operation): Described {
  const codes = new Set([...ERRORS_OF_ALL, ...errors, ...parameters.flatMap((one) => one.errors)]);
  const byStatus = Map.groupBy(codes, (code) => String(errorEntry(code).status));
  return Object.fromEntries(
    [...byStatus].map(([status, some]) => {
      const description = some.map((code) => `${code}: ${errorEntry(code).message}`).join('\n\n');
      return [status, { description, content: ERROR_CONTENT }];
    }),
  );
}
