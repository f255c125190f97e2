import { describe, expect, test } from '@jest/globals';
import { hasReason, parseStatus } from '../../../src/kube/status-error.ts';

const request = 'GET /api/v1/secrets';

describe('parseStatus', () => {
  test('takes reason, message, causes and the time to wait from a Status', () => {
    const error = parseStatus(
      {
        kind: 'Status',
        code: 422,
        reason: 'Invalid',
        message: 'the thing is invalid',
        details: {
          retryAfterSeconds: 3,
          causes: [
            { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.bucket' },
            { message: 'odd' },
          ],
        },
      },
      { status: 422, request },
    );
    expect(error).toMatchObject({
      status: 422,
      reason: 'Invalid',
      message: 'the thing is invalid',
      causes: ['spec.bucket: Required value', 'odd'],
      retryAfterMs: 3_000,
    });
  });

  test('tells the two reasons of 409 apart', () => {
    const exists = parseStatus({ kind: 'Status', code: 409, reason: 'AlreadyExists' }, { status: 409, request });
    const conflict = parseStatus({ kind: 'Status', code: 409, reason: 'Conflict' }, { status: 409, request });
    expect(hasReason(exists, 'AlreadyExists')).toBe(true);
    expect(hasReason(exists, 'Conflict')).toBe(false);
    expect(hasReason(conflict, 'Conflict')).toBe(true);
  });

  test('makes do with the status line when a proxy answers', () => {
    expect(parseStatus('<html>', { status: 503, request, retryAfter: '7' })).toMatchObject({
      status: 503,
      reason: 'ServiceUnavailable',
      message: 'GET /api/v1/secrets: HTTP 503',
      retryAfterMs: 7_000,
    });
  });

  test('has no time to wait if the answer has none', () => {
    expect(parseStatus({}, { status: 500, request, retryAfter: 'soon' }).retryAfterMs).toBeUndefined();
  });
});
