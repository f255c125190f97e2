import type { FailureKind } from './errors.ts';
import { unknownName } from './place.ts';

/** What a request was about, so that a failure can name the thing. */
export interface Subject {
  /** Such as `bucket my-registry` or `table docker-registry-version`. */
  readonly thing: string;
  /** The endpoint asked, or the service and region; see `placeOf`. */
  readonly at: string;
}

/** What is known when a failure is put into words. */
export interface FailureContext extends Subject {
  /** The region in which the service says that the thing is, when that is not the one that was asked. */
  readonly region: string | undefined;
  /** `host:port` of the proxy that is in between, if there is one. */
  readonly proxy: string | undefined;
}

export interface FailureRule {
  /** Names and codes of errors, as services, the SDK and Node spell them. */
  readonly names: readonly string[];
  readonly kind: FailureKind;
  readonly reason: string;
  readonly say: (context: FailureContext) => string;
}

/** A proxy wants a password, or may not make a tunnel. */
export const PROXY_REFUSED: Omit<FailureRule, 'names'> = {
  kind: 'denied',
  reason: 'ProxyRefused',
  say: ({ at, proxy }) =>
    `the proxy ${proxy ?? 'in between'} does not let requests through to ${at}; check its rules, and the login in its URL`,
};

/** What an error's name means here. The first rule that knows one of an error's names decides. */
export const FAILURE_RULES: readonly FailureRule[] = [
  {
    names: ['ConditionalCheckFailedException', 'DuplicateItemException', 'TransactionConflictException'],
    kind: 'conflict',
    reason: 'Conflict',
    say: ({ thing }) => `${thing}: somebody else has changed it meanwhile`,
  },
  {
    names: ['ResourceInUseException', 'TableAlreadyExistsException', 'TableInUseException'],
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
    names: [
      'QueueDoesNotExist',
      'AWS.SimpleQueueService.NonExistentQueue',
      'QueueDeletedRecently',
      'AWS.SimpleQueueService.QueueDeletedRecently',
      'InvalidAddress',
    ],
    kind: 'notFound',
    reason: 'QueueNotFound',
    say: ({ thing, at }) => `${thing} does not exist at ${at}; check notifications.sqs`,
  },
  {
    names: ['NoSuchKey', 'NotFound'],
    kind: 'notFound',
    reason: 'ObjectNotFound',
    say: ({ thing, at }) => `${thing} has no such object at ${at}`,
  },
  {
    names: ['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException'],
    kind: 'terminal',
    reason: 'WrongRegion',
    say: ({ thing, at, region }) =>
      `${thing} is not in the region asked (${at}); set storage.region${region ? ` to ${region}` : ' to the one it is in'}`,
  },
  {
    names: ['ResourceNotFoundException', 'TableNotFoundException'],
    kind: 'notFound',
    reason: 'TableNotFound',
    say: ({ thing, at }) => `${thing} does not exist at ${at}`,
  },
  {
    names: [
      'AccessDenied',
      'AccessDeniedException',
      'Forbidden',
      'UnauthorizedOperation',
      'AllAccessDisabled',
      'KMSAccessDeniedException',
    ],
    kind: 'denied',
    reason: 'AccessDenied',
    say: ({ thing, at }) => `the credentials in use may not reach ${thing} at ${at}; grant them the right`,
  },
  {
    names: ['KmsAccessDenied', 'KMS.AccessDeniedException'],
    kind: 'denied',
    reason: 'AccessDenied',
    say: ({ thing }) => `the credentials in use may not use the key that encrypts ${thing}; grant kms:Decrypt on it`,
  },
  {
    names: [
      'KmsDisabled',
      'KmsInvalidKeyUsage',
      'KmsInvalidState',
      'KmsNotFound',
      'KmsOptInRequired',
      'KMS.DisabledException',
      'KMS.InvalidKeyUsageException',
      'KMS.KMSInvalidStateException',
      'KMS.NotFoundException',
      'KMS.OptInRequired',
    ],
    kind: 'denied',
    reason: 'KeyUnusable',
    say: ({ thing }) => `${thing}: a key that encrypts it is disabled or gone`,
  },
  {
    names: [
      'InvalidAccessKeyId',
      'SignatureDoesNotMatch',
      'UnrecognizedClientException',
      'InvalidClientTokenId',
      'InvalidSignatureException',
      'IncompleteSignatureException',
      'IncompleteSignature',
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
    names: ['RequestTimeTooSkewed', 'RequestExpired'],
    kind: 'denied',
    reason: 'ClockSkewed',
    say: ({ at }) => `${at} refuses requests because the clock of this machine is wrong`,
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
    say: ({ at }) => `${unknownName(at)}, or names cannot be looked up`,
  },
  {
    names: [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    ],
    kind: 'terminal',
    reason: 'CertificateInvalid',
    say: ({ at }) =>
      `the certificate of ${at} is signed by nobody who is trusted here; name who signs it in caBundle (of the chart for the operator, of podTemplate or podDefaults for pods), or without a cluster in NODE_EXTRA_CA_CERTS`,
  },
  {
    names: ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    kind: 'terminal',
    reason: 'CertificateInvalid',
    say: ({ at }) => `the certificate of ${at} is of another name or another time`,
  },
  {
    names: [
      'EPROTO',
      'ERR_SSL_WRONG_VERSION_NUMBER',
      'ERR_SSL_PACKET_LENGTH_TOO_LONG',
      'HTTPParserError',
      'UND_ERR_HEADERS_OVERFLOW',
      'HPE_HEADER_OVERFLOW',
      'HPE_INVALID_CONSTANT',
      'HPE_INVALID_HEADER_TOKEN',
      'HPE_INVALID_CONTENT_LENGTH',
      'HPE_INVALID_CHUNK_SIZE',
      'HPE_INVALID_TRANSFER_ENCODING',
      'HPE_INVALID_STATUS',
      'HPE_INVALID_VERSION',
      'ERR_INVALID_URL',
    ],
    kind: 'terminal',
    reason: 'EndpointInvalid',
    say: ({ at }) => `${at} cannot be spoken to; check the endpoint, and whether it is http or https`,
  },
  {
    names: ['ForeignAnswer'],
    kind: 'terminal',
    reason: 'EndpointInvalid',
    say: ({ at }) => `what answers at ${at} is not the service`,
  },
  {
    names: ['ERR_PROXY_TUNNEL', 'ProxyRefusal'],
    ...PROXY_REFUSED,
  },
  {
    names: ['EMFILE', 'ENFILE'],
    kind: 'retryable',
    reason: 'TooManyFiles',
    say: ({ at }) => `${at} cannot be reached: too many files are open here; raise the limit (ulimit -n)`,
  },
  {
    names: [
      'ECONNREFUSED',
      'ECONNRESET',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'ETIMEDOUT',
      'EPIPE',
      'UND_ERR_SOCKET',
      'UND_ERR_CONNECT_TIMEOUT',
      'UND_ERR_HEADERS_TIMEOUT',
      'UND_ERR_BODY_TIMEOUT',
      'TimeoutError',
      'AbortError',
    ],
    kind: 'retryable',
    reason: 'EndpointUnreachable',
    say: ({ at, proxy }) => `${at} does not answer${proxy ? `; it is asked through the proxy ${proxy}` : ''}`,
  },
  {
    names: [
      'ThrottlingException',
      'Throttling',
      'ProvisionedThroughputExceededException',
      'RequestLimitExceeded',
      'SlowDown',
      'TooManyRequestsException',
      'RequestThrottled',
      'KmsThrottled',
      'KMS.ThrottlingException',
      'OverLimit',
      'LimitExceededException',
    ],
    kind: 'retryable',
    reason: 'Throttled',
    say: ({ at }) => `${at} asks to slow down`,
  },
  {
    names: ['ContinuousBackupsUnavailableException'],
    kind: 'retryable',
    reason: 'NotReady',
    say: ({ thing }) => `backups of ${thing} cannot be set yet`,
  },
  {
    names: ['InternalServerError', 'InternalError', 'InternalFailure', 'ServiceUnavailable', 'RequestTimeout'],
    kind: 'retryable',
    reason: 'ServiceFailed',
    say: ({ at }) => `${at} failed to answer`,
  },
  {
    names: ['UnknownOperationException', 'UnsupportedOperation', 'NotImplemented', 'MethodNotAllowed'],
    kind: 'terminal',
    reason: 'Unsupported',
    say: ({ thing, at }) => `${at} does not know this operation on ${thing}`,
  },
  {
    names: ['ValidationException', 'ValidationError', 'InvalidRequest', 'InvalidArgument'],
    kind: 'terminal',
    reason: 'RequestRefused',
    say: ({ thing, at }) => `${at} refuses what is asked of ${thing} as wrong`,
  },
];
