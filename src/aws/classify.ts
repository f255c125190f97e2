import { type Failure, type FailureKind, ServiceError } from './errors.ts';

/** What a request was about, so that a failure can name the thing. */
export interface Subject {
  /** Such as `bucket my-registry` or `table docker-registry-version`. */
  readonly thing: string;
  /** The endpoint asked, or the service and region. */
  readonly at: string;
}

interface Rule {
  readonly names: readonly string[];
  readonly kind: FailureKind;
  readonly reason: string;
  readonly say: (subject: Subject) => string;
}

/** Error names of AWS services, of the SDK and of Node, and what they mean here. The first rule that knows a name decides. */
const RULES: readonly Rule[] = [
  {
    names: ['ConditionalCheckFailedException', 'DuplicateItemException', 'TransactionConflictException'],
    kind: 'conflict',
    reason: 'Conflict',
    say: ({ thing }) => `${thing}: somebody else has changed it meanwhile`,
  },
  {
    names: ['ResourceInUseException', 'TableAlreadyExistsException'],
    kind: 'conflict',
    reason: 'InUse',
    say: ({ thing }) => `${thing} exists already or is being changed`,
  },
  {
    names: ['NoSuchBucket'],
    kind: 'notFound',
    reason: 'BucketNotFound',
    say: ({ thing, at }) => `${thing} does not exist at ${at}; check spec.bucket and storage.region`,
  },
  {
    names: ['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException'],
    kind: 'terminal',
    reason: 'WrongRegion',
    say: ({ thing, at }) => `${thing} is not in the region asked (${at}); set storage.region`,
  },
  {
    names: ['ResourceNotFoundException', 'TableNotFoundException'],
    kind: 'notFound',
    reason: 'TableNotFound',
    say: ({ thing, at }) => `${thing} does not exist at ${at}`,
  },
  {
    names: ['AccessDenied', 'AccessDeniedException', 'Forbidden', 'UnauthorizedOperation', 'AllAccessDisabled'],
    kind: 'denied',
    reason: 'AccessDenied',
    say: ({ thing, at }) => `the credentials in use may not reach ${thing} at ${at}; grant them the right`,
  },
  {
    names: [
      'InvalidAccessKeyId',
      'SignatureDoesNotMatch',
      'UnrecognizedClientException',
      'InvalidClientTokenId',
      'InvalidSignatureException',
      'IncompleteSignatureException',
      'MissingAuthenticationTokenException',
      'InvalidToken',
    ],
    kind: 'denied',
    reason: 'CredentialsInvalid',
    say: ({ at }) => `the credentials are not accepted by ${at}; check the access key and its secret`,
  },
  {
    names: ['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired'],
    kind: 'denied',
    reason: 'CredentialsExpired',
    say: ({ at }) => `the credentials in use for ${at} have expired`,
  },
  {
    names: ['CredentialsProviderError'],
    kind: 'denied',
    reason: 'CredentialsRequired',
    say: ({ at }) => `no credentials were found for ${at}`,
  },
  {
    names: ['ENOTFOUND', 'EAI_AGAIN'],
    kind: 'retryable',
    reason: 'EndpointUnknown',
    say: ({ at }) => `no host has the name of ${at}; check the region and the endpoint`,
  },
  {
    names: [
      'ECONNREFUSED',
      'ECONNRESET',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'ETIMEDOUT',
      'EPIPE',
      'TimeoutError',
      'AbortError',
    ],
    kind: 'retryable',
    reason: 'EndpointUnreachable',
    say: ({ at }) => `${at} does not answer`,
  },
  {
    names: [
      'ThrottlingException',
      'ProvisionedThroughputExceededException',
      'RequestLimitExceeded',
      'SlowDown',
      'TooManyRequestsException',
      'LimitExceededException',
    ],
    kind: 'retryable',
    reason: 'Throttled',
    say: ({ at }) => `${at} asks to slow down`,
  },
  {
    names: ['InternalServerError', 'InternalError', 'InternalFailure', 'ServiceUnavailable', 'RequestTimeout'],
    kind: 'retryable',
    reason: 'ServiceFailed',
    say: ({ at }) => `${at} failed to answer`,
  },
  {
    names: ['UnknownOperationException', 'NotImplemented', 'MethodNotAllowed'],
    kind: 'terminal',
    reason: 'Unsupported',
    say: ({ thing, at }) => `${at} does not know this operation on ${thing}`,
  },
];

/**
 * Classifies whatever an AWS SDK call threw. A ServiceError stays as it is. Messages are ours alone: an answer's body
 * may hold anything and is kept for the log in `cause`.
 */
export function classify(error: unknown, subject: Subject): ServiceError {
  if (error instanceof ServiceError) return error;
  const names = namesOf(error);
  const rule = RULES.find((candidate) => candidate.names.some((name) => names.includes(name)));
  return new ServiceError(rule ? describe(rule, subject) : fromStatus(error, names, subject), error);
}

function describe({ kind, reason, say }: Rule, subject: Subject): Failure {
  return { kind, reason, message: say(subject) };
}

function fromStatus(error: unknown, names: readonly string[], { thing, at }: Subject): Failure {
  const status = statusOf(error);
  const name = names[0] ?? 'unknown error';
  if (status === 403) return { kind: 'denied', reason: 'AccessDenied', message: `${at} refuses access to ${thing}` };
  if (status === 429 || (status !== undefined && status >= 500))
    return { kind: 'retryable', reason: 'ServiceFailed', message: `${at} failed to answer (${status})` };
  return { kind: 'terminal', reason: 'RequestFailed', message: `${thing} at ${at}: ${name}` };
}

/** Names and codes of an error and of its causes, outermost first; Node puts a lookup's code into a cause or a list. */
function namesOf(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 4) return [];
  const code = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const several = error instanceof AggregateError ? error.errors : [];
  return [error.name, ...code, ...[error.cause, ...several].flatMap((inner) => namesOf(inner, depth + 1))];
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
