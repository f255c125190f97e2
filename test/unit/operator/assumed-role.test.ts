import { expect, test } from '@jest/globals';
import { assumedRole } from '../../../src/operator/credentials.ts';

const ARN = 'arn:aws:iam::123456789012:role/registry';
const use = { cluster: 'c-1', namespace: 'team', name: 'my.registry', component: 'search' };

test('the external id names cluster, namespace and resource; the session name who asks', () => {
  expect(assumedRole(ARN, use)).toEqual({
    arn: ARN,
    externalId: 'c-1/team/my.registry',
    sessionName: 'search@team.my.registry',
  });
});

test('session names stay within what AWS takes, and stay different', () => {
  const names = ['a', 'b'].map((end) => `${'n.0-'.repeat(60)}${end}`);
  const sessions = names.map((name) => assumedRole(ARN, { ...use, name }).sessionName);
  for (const session of sessions) expect(session).toMatch(/^search@team\.n\.0-[\w+=,.@-]{2,50}$/);
  expect(new Set(sessions).size).toBe(2);
});
