import fc from 'fast-check';
import type { ModelRepository, ModelTag } from './registry-model.ts';

/** Neighbours whose order as names, as paths and as keys differs. */
const NASTY = [
  'app',
  'app-extra',
  'app/x',
  'app.x',
  'app0',
  'app/0sub',
  'app_x',
  'app__x',
  'app/x/y',
  'app/x-y',
  'app--x',
  'ap',
  'apps',
  '0',
  'z/a',
];

const component = fc.stringMatching(/^[a-z0-9]{1,3}(?:[._-][a-z0-9]{1,2})?$/);
const name = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 1, arbitrary: fc.array(component, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')) },
);

const tag: fc.Arbitrary<ModelTag> = fc.record({
  name: fc.oneof(
    fc.constantFrom('latest', 'v1', 'v1.0', 'v1-0', 'V1', '_1'),
    fc.stringMatching(/^[a-z0-9_][a-z._-]{0,3}$/),
  ),
  content: fc.string({ maxLength: 8 }),
  pushedAtMs: fc.integer({ min: 1, max: 10_000 }),
  earlier: fc.array(fc.string({ maxLength: 8 }), { maxLength: 3 }),
});

const repository: fc.Arbitrary<ModelRepository> = fc.record({
  name,
  tags: fc.uniqueArray(tag, { maxLength: 4, selector: (it) => it.name }),
  layers: fc.nat(5),
  uploads: fc.nat(2),
});

/** Registries of a few repositories, some of them without tags, that sort as badly as they can. */
export const arbitraryRegistry = fc.uniqueArray(repository, { maxLength: 12, selector: (it) => it.name });

export const arbitraryNames = fc.uniqueArray(name, { maxLength: 4 });
