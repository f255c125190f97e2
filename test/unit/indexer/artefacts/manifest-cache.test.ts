import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createManifestCache } from '../../../../src/indexer/artefacts/manifest-cache.ts';
import type { InspectedManifest } from '../../../../src/oci/manifest-facts.ts';
import { codePoint } from '../../../support/code-point.ts';

const inspected = fc.record<InspectedManifest>({
  facts: fc.option(
    fc.record({
      kind: fc.constant('image' as const),
      platforms: fc.array(fc.string({ unit: codePoint })),
      sizeBytes: fc.nat(),
    }),
    { nil: undefined },
  ),
  problems: fc.array(fc.constant({ kind: 'Malformed' as const, digest: 'sha256:c', reason: 'the config is not JSON' })),
});

describe('what is remembered of digests', () => {
  test('is what each was first said to be, whatever its texts', () => {
    const said = fc.array(fc.tuple(fc.stringMatching(/^sha256:[0-9a-f]{1,2}$/), inspected));
    fc.assert(
      fc.property(said, (all) => {
        const cache = createManifestCache();
        const first = new Map<string, InspectedManifest>();
        for (const [digest, read] of all) {
          cache.add(digest, read);
          if (!first.has(digest)) first.set(digest, read);
        }
        for (const [digest, read] of first) expect(cache.get(digest)).toEqual(read);
        expect(cache.get('sha256:unknown')).toBeUndefined();
      }),
    );
  });

  test('is nothing of what may be recovered, and of what is longer than any of a real image', () => {
    const cache = createManifestCache();
    cache.add('sha256:00', {
      facts: { kind: 'image' },
      problems: [{ kind: 'Missing', digest: 'sha256:c', reason: 'the config is missing' }],
    });
    cache.add('sha256:01', {
      facts: { kind: 'image', platforms: Array.from({ length: 10_000 }, (_, at) => `os/${at}`) },
      problems: [],
    });
    expect([cache.get('sha256:00'), cache.get('sha256:01')]).toEqual([undefined, undefined]);
  });
});
