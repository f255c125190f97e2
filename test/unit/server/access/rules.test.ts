import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AccessRules } from '../../../../src/api/access-rules.ts';
import type { RepositoryRecord } from '../../../../src/dynamodb/records/record.ts';
import { createSearchEngine } from '../../../../src/search/engine/create-engine.ts';
import { type Caller, visibilityOf } from '../../../../src/server/access/rules.ts';
import { callers, mayKnow, randomRules, repositoryNames } from '../../../support/access/random-access.ts';
import { searchRecord } from '../../../support/search/search-records.ts';

const eve: Caller = { kind: 'authenticated', user: 'eve', groups: [] };
const ann: Caller = { kind: 'authenticated', user: 'ann', groups: [] };
const nameless: Caller = { kind: 'authenticated', user: undefined, groups: [] };
const nobody: Caller = { kind: 'anonymous' };

const EXAMPLE: AccessRules = {
  groups: { payments: ['ann', 'bob'] },
  rules: [
    { names: ['library/**'], anonymous: true },
    { names: ['**'], except: ['hr/**'], authenticated: true },
    { names: ['hr/**'], users: ['eve'], groups: ['payments'] },
  ],
};

async function namesFor(access: AccessRules, caller: Caller, records: readonly RepositoryRecord[], isPublic = false) {
  const engine = createSearchEngine();
  for (const record of records) engine.upsert(record);
  const visibility = visibilityOf(access, caller, isPublic);
  return (await engine.catalog({ last: undefined, limit: 1_000, visibility })).names;
}

const RECORDS = ['hr/pay', 'library/alpine', 'team/web'].map((name) => searchRecord(name));

describe('rules only add', () => {
  test.each([
    ['nobody', nobody, ['library/alpine']],
    ['a user whom no rule names', { ...eve, user: 'joe' } satisfies Caller, ['library/alpine', 'team/web']],
    ['a user', eve, ['hr/pay', 'library/alpine', 'team/web']],
    ['a member of a group', ann, ['hr/pay', 'library/alpine', 'team/web']],
    [
      'somebody whose groups came with the request',
      { ...eve, user: 'joe', groups: ['payments'] } satisfies Caller,
      ['hr/pay', 'library/alpine', 'team/web'],
    ],
    ['somebody without a name', nameless, ['library/alpine', 'team/web']],
  ])('and %s sees what their rules give together', async (_, caller, names) => {
    expect(await namesFor(EXAMPLE, caller, RECORDS)).toEqual(names);
  });

  test('and without any whoever is logged in sees everything, others nothing', async () => {
    expect(await namesFor({}, eve, RECORDS)).toEqual(['hr/pay', 'library/alpine', 'team/web']);
    expect(await namesFor({}, nobody, RECORDS)).toEqual([]);
  });

  test('and without any others see what is not private, of a registry that lets everybody pull', async () => {
    const records = [...RECORDS, searchRecord('team/secret', { isPrivate: true })];
    expect(await namesFor({}, nobody, records, true)).toEqual(['hr/pay', 'library/alpine', 'team/web']);
    expect(await namesFor(EXAMPLE, nobody, records, true)).toEqual(['library/alpine']);
  });

  test('and an empty list gives nothing to anybody', async () => {
    expect(await namesFor({ rules: [] }, eve, RECORDS, true)).toEqual([]);
  });
});

test('a private repository is given by a rule for callers who are logged in, never by one for everybody', async () => {
  const records = [searchRecord('team/secret', { isPrivate: true })];
  const everybody = { rules: [{ names: ['**'], anonymous: true }] };
  expect(await namesFor(everybody, eve, records)).toEqual([]);
  const both = { rules: [...everybody.rules, { names: ['team/*'], users: ['eve'] }] };
  expect(await namesFor(both, eve, records)).toEqual(['team/secret']);
  expect(await namesFor(both, ann, records)).toEqual([]);
});

test('what a caller sees is what a look at each rule gives them, for random rules and repositories', async () => {
  await fc.assert(
    fc.asyncProperty(randomRules, repositoryNames, callers, fc.boolean(), async (access, names, caller, isPublic) => {
      const records = names.map(({ name, isPrivate }) => searchRecord(name, { isPrivate }));
      const expected = records.filter((record) => mayKnow(access, caller, { record, isPublic }));
      const wanted = expected.map(({ name }) => name).toSorted();
      expect(await namesFor(access, caller, records, isPublic)).toEqual(wanted);
    }),
    { numRuns: 1_000 },
  );
});
