import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { releasedChart } from '../../../../scripts/release/released-chart.ts';

const read = (name: string) => readFileSync(`charts/registry-index/${name}`, 'utf8');
const files = { chart: read('Chart.yaml'), values: read('values.yaml'), readme: read('README.md') };
const image = `ghcr.io/owner/registry-index@sha256:${'a'.repeat(64)}`;
const repository = 'https://github.com/owner/registry-index';
const released = releasedChart(files, { version: '1.2.3', repository, image });

test('a released chart needs no value: its image is the one of the release', () => {
  expect(parse(released.values).image).toEqual({
    ...parse(files.values).image,
    repository: 'ghcr.io/owner/registry-index',
  });
  expect(released.readme).toContain('| `image.repository` | `"ghcr.io/owner/registry-index"` |');
});

test('its alerts lead to the paragraphs of its own version', () => {
  const { runbookUrl } = parse(released.values).metrics.prometheusRule;
  expect(runbookUrl).toBe(`${repository}/blob/v1.2.3/docs/alerts.md`);
});

test('Artifact Hub has its home, icon, links, and the image by its digest', () => {
  const { home, sources, icon, annotations } = parse(released.chart);
  expect({ home, sources }).toEqual({ home: repository, sources: [repository] });
  expect(icon).toBe(`${repository}/raw/v1.2.3/charts/registry-index/icon.svg`);
  expect(parse(annotations['artifacthub.io/images'])).toEqual([{ name: 'registry-index', image }]);
  const prefix = `${repository}/blob/v1.2.3/`;
  for (const { url } of parse(annotations['artifacthub.io/links'])) {
    expect(url.startsWith(prefix)).toBe(true);
    expect(readFileSync(url.slice(prefix.length), 'utf8')).toMatch(/^# /);
  }
});

test('all else stays as it is, comments too', () => {
  const comments = (text: string) => text.match(/^ *#.*$/gm);
  expect(comments(released.values)).toEqual(comments(files.values));
  const { home, sources, icon, annotations, ...chart } = parse(released.chart);
  const before = parse(files.chart);
  expect(chart).toEqual({ ...before, annotations: undefined });
  expect(annotations).toMatchObject(before.annotations);
});
