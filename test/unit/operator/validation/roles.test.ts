import { describe, expect, test } from '@jest/globals';
import { isRoleArn, isRolePattern, validateRoles } from '../../../../src/operator/validation/roles.ts';
import { registryIndex } from '../../../support/operator/resources.ts';

const ROLE = 'arn:aws:iam::123456789012:role/team/reader.v1';

const refusal = (roleArn: string, namespace: string, pattern: string) =>
  validateRoles(registryIndex({ spec: { credentials: { roleArn } } }).spec, namespace, { team: [pattern] })?.reason;

describe('a role is allowed by', () => {
  test.each([
    ROLE,
    'arn:aws:iam::*:role/team/reader.v1',
    'arn:aws:iam::123456789012:role/team/*',
    'arn:aws:iam::123456789012:role/*/*.v1',
  ])('%s', (pattern) => {
    expect(isRolePattern(pattern)).toBe(true);
    expect(refusal(ROLE, 'team', pattern)).toBeUndefined();
    expect(refusal(ROLE, 'other', pattern)).toBe('RoleNotAllowed');
    expect(refusal(ROLE, 'constructor', pattern)).toBe('RoleNotAllowed');
  });
});

describe('a role is not allowed by', () => {
  test.each([
    'arn:aws:iam::123456789012:role/*',
    'arn:aws:iam::210987654321:role/team/*',
    'arn:aws-cn:iam::123456789012:role/team/*',
    'arn:aws:iam::123456789012:role/team/reader*1x',
    'arn:aws:iam::123456789012:role/team/readerXv1',
    'arn:aws:iam::123456789012:role/team/READER.v1',
  ])('%s', (pattern) => {
    expect(isRolePattern(pattern)).toBe(true);
    expect(refusal(ROLE, 'team', pattern)).toBe('RoleNotAllowed');
  });
});

test.each(['arn:aws-us-gov:iam::123456789012:role/a', 'arn:aws:iam::123456789012:role/a+=,.@_-b'])(
  '%s is a role',
  (arn) => {
    expect(isRoleArn(arn)).toBe(true);
  },
);

test.each([
  '',
  '*',
  'reader',
  'arn:aws:iam::12345:role/a',
  'arn:aws:iam::123456789012:user/a',
  'arn:aws:iam::123456789012:role/',
  'arn:aws:iam::123456789012:role/a b',
  'arn:aws:sts::123456789012:assumed-role/a/b',
  `${ROLE}\n`,
])('%j is neither a role nor a pattern of roles', (text) => {
  expect([isRoleArn(text), isRolePattern(text)]).toEqual([false, false]);
});
