import { expect, test } from '@jest/globals';
import { createVisibleBelow } from '../../../../src/search/engine/match/grants.ts';
import { namePatternOf } from '../../../../src/search/name-pattern.ts';
import { randomGrants } from '../../../support/search/random-requests.ts';
import { createChance } from '../../../support/search/random-search.ts';
import { atOnce, createPromptEngine } from '../../../support/search/search-queries.ts';
import { searchRecord } from '../../../support/search/search-records.ts';

test.each([
  [[{ names: undefined, showPrivate: true }], 'hr/', { public: true, private: true }],
  [[{ names: ['hr/**'], showPrivate: false }], 'hr/pay/', { public: true, private: false }],
  [[{ names: ['hr/**'], showPrivate: true }], 'h', { public: false, private: false }],
  [[{ names: ['hr/*'], showPrivate: true }], 'hr/', undefined],
  [[{ names: undefined, except: ['hr/**'], showPrivate: true }], 'hr/', { public: false, private: false }],
  [[{ names: undefined, except: ['hr/pay'], showPrivate: true }], 'hr/', { public: true, private: true }],
  [[{ names: undefined, except: ['hr/pay'], showPrivate: true }], 'hr/pay', undefined],
  [
    [
      { names: ['a/**', 'hr/**'], except: ['b/**'], showPrivate: true },
      { names: ['hr/**'], showPrivate: false },
    ],
    'hr/',
    { public: true, private: true },
  ],
  [[], '', { public: false, private: false }],
])('%j below %p', (visibility, prefix, below) => {
  expect(createVisibleBelow(visibility)(prefix)).toEqual(below);
});

test('whatever the rules are, the catalogue has the names that they give', () => {
  const parts = ['hr', 'team', 'library', 'api', 'web', 'pay', 'core', 'hr-old', 'x'] as const;
  for (let seed = 1; seed <= 300; seed += 1) {
    const chance = createChance(seed);
    const names = chance.some(20, 60, () => chance.some(1, 3, () => chance.pick(parts)).join('/'));
    const records = [...new Set(names)].map((name) => searchRecord(name, { isPrivate: chance.once(4) }));
    const engine = createPromptEngine();
    for (const record of records) engine.upsert(record);
    const visibility = randomGrants(chance);
    const fits = (patterns: readonly string[], name: string) =>
      patterns.some((one) => namePatternOf(one).matches(name));
    const given = records.filter(({ name, isPrivate }) =>
      visibility.some(({ names: wanted, except = [], showPrivate }) => {
        return (showPrivate || !isPrivate) && (!wanted || fits(wanted, name)) && !fits(except, name);
      }),
    );
    const { names: listed } = atOnce(engine.catalog({ last: undefined, limit: 1_000, visibility }));
    expect({ seed, listed }).toEqual({ seed, listed: given.map(({ name }) => name).sort() });
  }
});
