import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

const workflow = (name: string) => parse(readFileSync(`.github/workflows/${name}.yml`, 'utf8'));

test('a release is made of a tag, after the tests, by npm run release, with the rights that this needs and no others', () => {
  const { on, permissions, jobs } = workflow('release');
  expect(on).toEqual({ push: { tags: ['v*'] } });
  expect(permissions).toEqual({ contents: 'read' });
  expect(jobs.test).toEqual({ uses: './.github/workflows/ci.yml' });
  expect(workflow('ci').on).toHaveProperty('workflow_call');
  expect(jobs.release.needs).toBe('test');
  expect(jobs.release.permissions).toEqual({ contents: 'write', packages: 'write', 'id-token': 'write' });
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  const runs = jobs.release.steps.flatMap(({ run = '' }) =>
    [...run.matchAll(/npm run (?:--silent )?(\w+)/g)].map(([, script]) => script),
  );
  expect(runs).toEqual(['release', 'release']);
  expect(scripts).toHaveProperty('release');
});
