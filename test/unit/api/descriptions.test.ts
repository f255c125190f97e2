import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { isRecord } from '../../../src/json/is-record.ts';

/** Paths of properties that `kubectl explain` has no text for. */
function withoutText(schema: unknown, path: readonly string[] = []): string[] {
  if (!isRecord(schema)) return [];
  const properties = isRecord(schema.properties) ? Object.entries(schema.properties) : [];
  return [
    ...properties.flatMap(([name, property]) => [
      ...(isRecord(property) && typeof property.description === 'string' ? [] : [[...path, name].join('.')]),
      ...withoutText(property, [...path, name]),
    ]),
    ...withoutText(schema.items, [...path, '[]']),
    ...withoutText(schema.additionalProperties, [...path, '*']),
  ];
}

test('kubectl explain has a text for every field', () => {
  const crd: unknown = parse(readFileSync('crds/registryindex.yaml', 'utf8'));
  const version = isRecord(crd) && isRecord(crd.spec) && Array.isArray(crd.spec.versions) ? crd.spec.versions[0] : {};
  expect(version.schema.openAPIV3Schema.properties).toHaveProperty('spec');
  // The API server refuses one of `metadata`, and has its own.
  expect(withoutText(version.schema.openAPIV3Schema)).toEqual(['metadata']);
});
