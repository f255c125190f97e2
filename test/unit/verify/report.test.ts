import { expect, test } from '@jest/globals';
import { asJson, asText } from '../../../src/verify/report.ts';

const counted = { comparedWith: 'bucket shop', repositories: 1_200, tags: 1, unresolved: 0 };

test('an equal index is one line', () => {
  expect(asText({ ...counted, differences: [] })).toBe(
    'compared 1,200 repositories and 1 tag with bucket shop; the index is equal\n',
  );
});

test('each difference is a line, and the last one counts them', () => {
  const text = asText({
    ...{ ...counted, unresolved: 2 },
    differences: [
      { kind: 'MissingRepository', repository: 'team/a', tags: 1 },
      { kind: 'ExtraRepository', repository: 'team/b', tags: 3 },
      { kind: 'MissingTag', repository: 'team/c', tag: 'v1', digest: 'sha256:1' },
      { kind: 'ExtraTag', repository: 'team/c', tag: 'v2', digest: 'sha256:2' },
      { kind: 'MissingTag', repository: 'team/d', tag: 'v1', digest: 'sha256:3' },
      { kind: 'OtherDigest', repository: 'team/d', tag: 'v\u001b[2J', indexed: 'sha256:4', actual: 'sha256:5' },
    ],
  });
  expect(text.split('\n')).toEqual([
    'missing repository team/a has 1 tag there',
    'extra repository team/b has 3 tags in the index alone',
    'missing tag team/c:v1 sha256:1',
    'extra tag team/c:v2 sha256:2',
    'missing tag team/d:v1 sha256:3',
    'other digest team/d:v [2J index sha256:4, there sha256:5',
    'compared 1,200 repositories and 1 tag with bucket shop, without 2 tags that cannot be resolved there; ' +
      'the index differs: 1 missing repository, 1 extra repository, 2 missing tags, 1 extra tag, 1 other digest',
    '',
  ]);
});

test('JSON says the same to programs', () => {
  const difference = { kind: 'MissingTag', repository: 'team/c', tag: 'v1', digest: 'sha256:1' } as const;
  expect(JSON.parse(asJson({ ...counted, differences: [difference] }))).toEqual({
    ...counted,
    equal: false,
    counts: { MissingRepository: 0, ExtraRepository: 0, MissingTag: 1, ExtraTag: 0, OtherDigest: 0 },
    differences: [difference],
  });
});
