import { accessSync, constants, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly 'timeout-minutes': number; readonly steps: readonly Step[] }>>;
}

const { jobs }: Workflow = parse(readFileSync('.github/workflows/ci.yml', 'utf8'));

test('the workflow is one job with a time limit, which checks the repository out and runs .ci/run last', () => {
  const [job, ...others] = Object.values(jobs);
  expect(others).toEqual([]);
  expect(job?.['timeout-minutes']).toBeLessThanOrEqual(90);
  expect(job?.steps.at(-1)?.run).toBe('.ci/run');
  expect(job?.steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'))).toHaveLength(1);
  expect(() => accessSync('.ci/run', constants.X_OK)).not.toThrow();
});

test('the workflow sets up a Node that starts bootstrap.mjs, Go, and the Java that DynamoDB Local runs on', () => {
  const { engines }: { engines: { node: string } } = JSON.parse(readFileSync('package.json', 'utf8'));
  const [oldest = Number.NaN] = engines.node.match(/\d+/)?.map(Number) ?? [];
  const set = (action: string) => jobs.test?.steps.find(({ uses }) => uses?.startsWith(`actions/${action}@`))?.with;
  expect(Number(set('setup-node')?.['node-version'])).toBeGreaterThanOrEqual(oldest);
  expect(set('setup-go')).toMatchObject({ 'go-version': 'stable' });
  expect(set('setup-java')).toMatchObject({ 'java-version': 17 });
});
