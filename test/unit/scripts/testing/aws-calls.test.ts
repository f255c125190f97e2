import { expect, test } from '@jest/globals';
import { type Call, compareWithPolicies } from '../../../../scripts/testing/aws-calls.ts';

const call = (process: string, service: Call['service'], operation: string, on: string): Call => ({
  process,
  service,
  operation,
  on,
});

test('a call that no policy of its process allows is told, once', () => {
  const calls = [
    call('search', 'dynamodb', 'PutItem', 'a-repository'),
    call('search', 'dynamodb', 'PutItem', 'b-repository'),
    call('search', 'dynamodb', 'Query', 'a-repository/index/feed'),
    call('indexer', 's3', 'ListObjects', 'bucket'),
    call('backfill', 'dynamodb', 'BatchExecuteStatement', 'a-repository'),
    call('tests', 'dynamodb', 'DeleteTable', 'a-version'),
  ];
  expect(compareWithPolicies(calls).beyond).toEqual(['search: dynamodb:PutItem on repositoryTable']);
});

test('a right that nothing has used is told', () => {
  const { unused } = compareWithPolicies([
    call('tests', 'dynamodb', 'Query', 'a-repository/index/feed'),
    call('search', 'dynamodb', 'Scan', 'a-repository'),
    call('search', 'dynamodb', 'BatchGetItem', 'a-version'),
  ]);
  expect(unused.filter((line) => line.startsWith('search'))).toEqual([
    'search: dynamodb:BatchGetItem on repositoryTable',
  ]);
});

test('a process of which nothing was recorded is told', () => {
  const { silent } = compareWithPolicies([call('search', 'dynamodb', 'Scan', 'a-repository')]);
  expect(silent).toEqual(['operator', 'backfill', 'indexer']);
});
