import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareWithPolicies, readCalls } from './aws-calls.ts';
import { type Count, sum } from './count.ts';

const RECORDER = join(import.meta.dirname, 'record-calls.mjs');

/** What these tests use, besides no other rights: each right, or some of each process. */
export type Expected = 'every right' | 'every process';

/**
 * Runs tests whose processes write down their calls of AWS. That no process makes a call which its policy does not
 * allow counts as one more test, and that all is used which is expected as another.
 */
export async function recordingCalls(
  expected: Expected,
  run: (env: NodeJS.ProcessEnv) => Promise<Count>,
): Promise<Count> {
  const folder = await mkdtemp(join(tmpdir(), 'registry-index-calls-'));
  try {
    const { NODE_OPTIONS = '' } = process.env;
    const options = `${NODE_OPTIONS} --import=${RECORDER}`.trim();
    const count = await run({ NODE_OPTIONS: options, REGISTRY_INDEX_TEST_CALLS: folder });
    const { beyond, unused, silent } = compareWithPolicies(await readCalls(folder));
    const policies = 'src/iam/permissions.ts';
    return sum([
      count,
      check(`no process makes a call of AWS that its policy in ${policies} lacks`, beyond),
      expected === 'every right'
        ? check(`every right in ${policies} is used, or known not to be used here`, unused)
        : check('calls of AWS are recorded of every process', silent),
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function check(name: string, against: readonly string[]): Count {
  const holds = against.length === 0;
  console.log(`  ${holds ? '✓' : '✗'} ${name}`);
  for (const line of against) console.log(`    ${line}`);
  return holds ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}
