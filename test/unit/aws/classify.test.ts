import { describe, expect, test } from '@jest/globals';
import { classify } from '../../../src/aws/classify.ts';
import { ServiceError } from '../../../src/aws/errors.ts';

const subject = { thing: 'table docker-registry-version', at: 'http://db:8000' };

function named(name: string, extra: object = {}): Error {
  return Object.assign(new Error('a body with secrets'), { name, ...extra });
}

function answered(httpStatusCode: number, name = 'Unknown'): Error {
  return named(name, { $metadata: { httpStatusCode } });
}

describe('a failure', () => {
  test.each<[string, Error, string, string]>([
    ['a failed condition', named('ConditionalCheckFailedException'), 'conflict', 'Conflict'],
    ['a table that exists', named('ResourceInUseException'), 'conflict', 'InUse'],
    ['a missing table', named('ResourceNotFoundException'), 'notFound', 'TableNotFound'],
    ['a missing bucket', named('NoSuchBucket'), 'notFound', 'BucketNotFound'],
    ['a missing queue', named('QueueDoesNotExist'), 'notFound', 'QueueNotFound'],
    [
      'a missing queue, in the words of the former API',
      named('AWS.SimpleQueueService.NonExistentQueue'),
      'notFound',
      'QueueNotFound',
    ],
    ['a key of a queue that may not be used', named('KmsAccessDenied'), 'denied', 'AccessDenied'],
    ['a key of a queue that is disabled', named('KmsDisabled'), 'denied', 'KeyUnusable'],
    ['a queue that throttles', named('RequestThrottled'), 'retryable', 'Throttled'],
    ['a missing object', named('NoSuchKey'), 'notFound', 'ObjectNotFound'],
    ['a bucket of another region', named('PermanentRedirect'), 'terminal', 'WrongRegion'],
    ['a missing right', named('AccessDeniedException'), 'denied', 'AccessDenied'],
    ['a key that is disabled', named('KMS.DisabledException'), 'denied', 'KeyUnusable'],
    ['a wrong secret', named('SignatureDoesNotMatch'), 'denied', 'CredentialsInvalid'],
    ['an unknown key', named('UnrecognizedClientException'), 'denied', 'CredentialsInvalid'],
    ['a session that is over', named('ExpiredTokenException'), 'denied', 'CredentialsExpired'],
    ['a wrong clock', named('RequestTimeTooSkewed'), 'denied', 'ClockSkewed'],
    ['no credentials', named('CredentialsProviderError'), 'denied', 'CredentialsRequired'],
    ['an unknown host', named('Error', { code: 'ENOTFOUND' }), 'retryable', 'EndpointUnknown'],
    ['a closed port', named('Error', { code: 'ECONNREFUSED' }), 'retryable', 'EndpointUnreachable'],
    ['a timeout', named('TimeoutError'), 'retryable', 'EndpointUnreachable'],
    [
      'a certificate that nobody signed',
      named('Error', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
      'terminal',
      'CertificateInvalid',
    ],
    ['TLS where there is none', named('Error', { code: 'EPROTO' }), 'terminal', 'EndpointInvalid'],
    ['throttling', named('ProvisionedThroughputExceededException'), 'retryable', 'Throttled'],
    ['too many at once', named('SlowDown'), 'retryable', 'Throttled'],
    ['an operation that is not known', named('UnknownOperationException'), 'terminal', 'Unsupported'],
    ['a request that is wrong', named('ValidationException'), 'terminal', 'RequestRefused'],
    ['an internal error', named('InternalServerError'), 'retryable', 'ServiceFailed'],
    ['HTTP 500', answered(500), 'retryable', 'ServiceFailed'],
    ['HTTP 429', answered(429), 'retryable', 'ServiceFailed'],
    ['HTTP 403', answered(403), 'denied', 'AccessDenied'],
    ['HTTP 501', answered(501), 'terminal', 'Unsupported'],
    ['a page of a gateway', answered(502, 'SyntaxError'), 'retryable', 'ServiceFailed'],
    ['a page instead of an answer', answered(200, 'SyntaxError'), 'terminal', 'EndpointInvalid'],
    ['anything else', named('Surprise'), 'terminal', 'RequestFailed'],
  ])('of %s', (_, error, kind, reason) => {
    expect(classify(error, subject).failure).toMatchObject({ kind, reason });
  });

  test('names the thing and the place, never what was answered', () => {
    const { message } = classify(named('ResourceNotFoundException'), subject);
    expect(message).toBe('table docker-registry-version does not exist at http://db:8000');
    const unknown = classify(named('Error', { code: 'ENOTFOUND' }), { thing: 'bucket b', at: 'S3 in eu-nowhere-9' });
    expect(unknown.message).toContain('no AWS region is called eu-nowhere-9');
    for (const name of ['AccessDenied', 'Surprise', 'ValidationException'])
      expect(classify(named(name), subject).message).not.toContain('secrets');
  });

  test('keeps the original as its cause', () => {
    const error = named('Surprise');
    expect(classify(error, subject).cause).toBe(error);
  });

  test('is found in causes and among several tries', () => {
    const tries = new AggregateError([named('Error', { code: 'ECONNREFUSED' })]);
    const outer = new Error('request failed', { cause: tries });
    expect(classify(outer, subject).failure.reason).toBe('EndpointUnreachable');
  });

  test('that is classified stays as it is', () => {
    const failure = new ServiceError({ kind: 'conflict', reason: 'EpochOver', message: 'over' });
    expect(classify(failure, subject)).toBe(failure);
  });

  test('that is no error at all is classified too', () => {
    expect(classify('text', subject).failure).toMatchObject({ kind: 'terminal', reason: 'RequestFailed' });
  });
});
