import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseInspected } from '../../../../src/dynamodb/records/manifest-pack.ts';
import type { InspectedManifest } from '../../../../src/oci/manifest-facts.ts';

const digest = `sha256:${'a'.repeat(64)}`;

const COMMON = {
  platforms: ['linux/amd64'],
  sizeBytes: 1,
  createdAtMs: 2,
  base: { name: 'base', digest },
  subject: digest,
  marks: ['sbom'],
  carries: ['attestation', 'signature'],
  children: [digest],
  referrers: [{ digest, type: 'x/y', marks: [] }],
} as const;

const CHART = {
  name: 'shop',
  version: '1',
  deprecated: true,
  keywords: ['a'],
  maintainers: [{ name: 'A' }],
  dependencies: [{ name: 'db', tags: ['t'] }],
  annotations: { empty: '' },
} as const;

const MANIFESTS: readonly InspectedManifest[] = [
  { facts: { kind: 'image' }, problems: [] },
  { facts: { kind: 'image', ...COMMON }, problems: [{ kind: 'Malformed', digest, reason: 'the config is not JSON' }] },
  { facts: { kind: 'chart', chart: CHART, archive: { digest, sizeBytes: 3 }, ...COMMON }, problems: [] },
  { facts: { kind: 'artefact', type: 'x/y', isAuxiliary: true, ...COMMON }, problems: [] },
  { facts: undefined, problems: [{ kind: 'Missing', digest, reason: 'the manifest is missing' }] },
];

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('what was read of a manifest', () => {
  test('comes back from JSON as it was, also with fields that only newer programs know', () => {
    for (const inspected of MANIFESTS) expect(parseInspected(asJson(inspected))).toEqual(inspected);
    const newer = { facts: { kind: 'image', popularity: 7 }, problems: [] };
    expect(parseInspected(asJson(newer))).toMatchObject({ facts: { kind: 'image' } });
  });

  test.each<[unknown]>([
    [undefined],
    [[]],
    [{}],
    [{ facts: {}, problems: [] }],
    [{ facts: { kind: 'moon' }, problems: [] }],
    [{ facts: { kind: 'artefact' }, problems: [] }],
    [{ facts: { kind: 'image' }, problems: [{ kind: 'Bored', digest, reason: '' }] }],
    [{ facts: { kind: 'image' }, problems: 'none' }],
    ...Object.keys(COMMON).map((key): [unknown] => [{ facts: { kind: 'image', [key]: { name: 1 } }, problems: [] }]),
    [{ facts: { kind: 'image', marks: ['seal'] }, problems: [] }],
    ...['name', 'keywords', 'maintainers', 'dependencies', 'annotations', 'deprecated'].map((key): [unknown] => [
      { facts: { kind: 'chart', chart: { ...CHART, [key]: 7 } }, problems: [] },
    ]),
  ])('is read again where it is stored as %j', (value) => {
    expect(parseInspected(value)).toBeUndefined();
  });

  test('is told from anything else without throwing', () => {
    const keys = fc.constantFrom('facts', 'problems', 'kind', 'chart', 'archive', ...Object.keys(COMMON));
    const { node } = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<unknown>('image', 'chart', 1, null, []),
        fc.dictionary(keys, tie('node')),
      ),
    }));
    fc.assert(
      fc.property(node, (value) => {
        const read = parseInspected(value);
        if (read?.facts) expect(['image', 'chart', 'artefact']).toContain(read.facts.kind);
      }),
    );
  });
});
