import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { CHART, type Rendering, render, type Values } from '../../support/chart/render.ts';
import { leavesOf, otherValue, type Schema, valueAt, withValue } from '../../support/chart/values-schema.ts';

const SCHEMA: Schema = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8'));
const DEFAULTS: Values = parse(readFileSync(join(CHART, 'values.yaml'), 'utf8'));

/** Helm's own: whether the chart is rendered at all, and what it shares with other charts. */
const OF_HELM = ['enabled', 'global'];
/** Written as one value, and joined with what a RegistryIndex says; values.yaml has none of them. */
const FREE = /^podDefaults\./;

const leaves = leavesOf(SCHEMA).filter(({ path }) => !OF_HELM.includes(path));

/** With all that can be switched on, so that the values of each part count. */
const everything = leaves
  .filter(({ path }) => path.endsWith('.enabled'))
  .reduce(
    (values, { path }) => withValue(values, path, true),
    withValue(DEFAULTS, 'image.repository', 'example.com/ri'),
  );

test('values.yaml has every value that the schema knows', () => {
  const missing = leaves.filter(({ path }) => !FREE.test(path) && valueAt(DEFAULTS, path) === undefined);
  expect(missing.map(({ path }) => path)).toEqual([]);
});

test('the schema takes no value that it does not know, at any depth', () => {
  const open = (schema: Schema, path: string): string[] => [
    ...(schema.properties && schema.additionalProperties !== false ? [path] : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, each]) => open(each, `${path}.${name}`)),
  ];
  expect(open(SCHEMA, '')).toEqual([]);
});

describe('changes what is rendered:', () => {
  let renderings: Readonly<Record<string, Rendering>>;

  beforeAll(async () => {
    const changed = leaves.map((leaf) => {
      const value = otherValue(leaf, valueAt(everything, leaf.path));
      return [leaf.path, withValue(everything, leaf.path, value)] as const;
    });
    renderings = await render({ everything, ...Object.fromEntries(changed) });
  });

  test.each(leaves.map(({ path }) => path))('%s', (path) => {
    expect(renderings[path]?.text).not.toBe('');
    expect(renderings[path]?.text).not.toBe(renderings.everything?.text);
  });
});
