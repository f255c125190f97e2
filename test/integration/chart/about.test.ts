import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { parseManifest } from '../../../src/config/manifest.ts';
import { CHART } from '../../support/chart/render.ts';

const { annotations, version, appVersion } = parse(readFileSync(join(CHART, 'Chart.yaml'), 'utf8'));
const crd = parse(readFileSync('crds/registryindex.yaml', 'utf8'));
const about = (what: string) => parse(annotations[`artifacthub.io/${what}`]);

test('what Artifact Hub shows of the CustomResourceDefinition is what the chart installs', () => {
  const [shown] = about('crds');
  const { kind } = crd.spec.names;
  expect(shown).toMatchObject({ kind, version: crd.spec.versions[0].name, name: crd.metadata.name });
});

test('its examples are RegistryIndexes', () => {
  const examples = about('crdsExamples');
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) {
    const { name, spec } = parseManifest(stringify(example));
    expect({ name, spec }).toEqual({ name: example.metadata.name, spec: example.spec });
  }
});

test('its list of changes has the words of Artifact Hub', () => {
  for (const { kind } of about('changes')) expect(['added', 'changed', 'fixed', 'removed', 'security']).toContain(kind);
});

test('chart, program and package have one version', () => {
  const packaged = JSON.parse(readFileSync('package.json', 'utf8')).version;
  expect([version, appVersion]).toEqual([packaged, packaged]);
});
