import { describe, expect, test } from '@jest/globals';
import { loggedError } from '../../../src/telemetry/log-error.ts';
import '../../support/native-errors.ts';

const own = (message: string, fields: object = {}, cause?: unknown) =>
  Object.assign(new Error(message, { cause }), fields);

describe('an error in the log', () => {
  test('has its words, its code and where it was thrown, and so have its causes', () => {
    const cause = own('connect ECONNREFUSED 127.0.0.1:1', { code: 'ECONNREFUSED' });
    expect(loggedError(own('no answer', {}, cause))).toMatchObject({
      type: 'Error',
      message: 'no answer',
      stack: expect.stringContaining('log-error.test.ts'),
      cause: { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 127.0.0.1:1' },
    });
  });

  test('has nothing else that a library keeps in it', () => {
    const logged = loggedError(own('no', { data: 'private', request: { headers: { authorization: 'private' } } }));
    expect(JSON.stringify(logged)).not.toContain('private');
  });

  test.each([
    [
      'of a service',
      own('private', { name: 'ValidationException', $fault: 'client', $metadata: { httpStatusCode: 400 } }),
    ],
    ['of JSON that could not be read', own('Unexpected token p, "private" is not valid JSON', { name: 'SyntaxError' })],
    ['named by a service', own('any', { name: 'Authorization: private', $metadata: {} })],
  ])('%s does not repeat what was answered', (_, error) => {
    expect(JSON.stringify(loggedError(own('outer', {}, error)))).not.toContain('private');
  });

  test('of a service has its status', () => {
    const error = own('any', { name: 'SlowDown', $metadata: { httpStatusCode: 503 } });
    expect(loggedError(error)).toEqual({ type: 'SlowDown', status: 503 });
  });

  test('is bounded in length, depth and breadth', () => {
    const loop = own('x'.repeat(1e6));
    loop.cause = loop;
    const many = new AggregateError(Array.from({ length: 1_000 }, () => loop));
    expect(JSON.stringify(loggedError(many)).length).toBeLessThan(300_000);
  });

  test('may be no error at all', () => {
    expect(loggedError('a\u001b[31mb')).toEqual({ type: 'string', message: 'a [31mb' });
    expect(loggedError(undefined)).toMatchObject({ type: 'undefined' });
  });
});
