import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { childName, hashOf, INDEX_LABEL, labelsOf } from '../../../src/api/names.ts';

/** Names that the API server takes for a RegistryIndex: DNS subdomains. */
const part = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,60}[a-z0-9])?$/);
const indexName = fc
  .array(part, { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('.'))
  .filter((name) => name.length <= 253);
const component = fc.constantFrom('search' as const, 'backfill' as const);

describe('the name of a child', () => {
  test('is readable if the name of the resource is short', () => {
    expect(childName('images', 'search')).toBe('images-search');
    expect(childName('images', 'backfill', '3-0a1b2c3d')).toBe('images-backfill-3-0a1b2c3d');
  });

  test('is valid for a Service, with room for the suffixes of Jobs', () => {
    fc.assert(
      fc.property(indexName, component, (index, of) => {
        const name = childName(index, of, '12-0a1b2c3d');
        expect(name).toMatch(/^[a-z]([a-z0-9-]*[a-z0-9])?$/);
        expect(name.length).toBeLessThanOrEqual(52);
      }),
    );
  });

  test('differs between resources, even if both were shortened', () => {
    fc.assert(
      fc.property(indexName, indexName, component, (one, other, of) => {
        fc.pre(one !== other);
        expect(childName(one, of)).not.toBe(childName(other, of));
      }),
    );
    const long = 'a'.repeat(100);
    expect(childName(`${long}-one`, 'search')).not.toBe(childName(`${long}-two`, 'search'));
    expect(childName('a.b', 'search')).not.toBe(childName('a-b', 'search'));
  });

  test.each([
    ['a digit at the beginning', '1st-registry'],
    ['dots', 'registry.example.com'],
    ['more letters than fit', 'a'.repeat(253)],
  ])('does without %s', (_what, index) => {
    expect(childName(index, 'search')).toMatch(/^[a-z][a-z0-9-]{0,51}$/);
  });
});

test('labels are values that the API server accepts', () => {
  fc.assert(
    fc.property(indexName, component, (index, of) => {
      for (const value of Object.values(labelsOf(index, of)))
        expect(value).toMatch(/^[a-z0-9][a-z0-9.-]{0,61}[a-z0-9]$|^[a-z0-9]$/);
    }),
  );
  expect(labelsOf('images', 'search')[INDEX_LABEL]).toBe('images');
});

test('a hash is the same for the same content and has the length asked for', () => {
  expect(hashOf({ a: 1 })).toBe(hashOf({ a: 1 }));
  expect(hashOf({ a: 1 })).not.toBe(hashOf({ a: 2 }));
  expect(hashOf({ a: 1 }, 12)).toHaveLength(12);
});
