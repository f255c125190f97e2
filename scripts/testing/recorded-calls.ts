import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareWithPolicies, readCalls } from './aws-calls.ts';
import { type Count, sum } from './count.ts';

const RECORDER = join(import.meta.dirname, 'record-calls.mjs');

/**
 * Runs tests whose processes write down their calls of AWS. That no process makes a call which its policy does not allow
 * counts as one more test; rights that nothing has used are printed.
 */
export async function recordingCalls(run: (env: NodeJS.ProcessEnv) => Promise<Count>): Promise<Count> {
  const folder = await mkdtemp(join(tmpdir(), 'registry-index-calls-'));
  try {
    const { NODE_OPTIONS = '' } = process.env;
    const options = `${NODE_OPTIONS} --import=${RECORDER}`.trim();
    const count = await run({ NODE_OPTIONS: options, REGISTRY_INDEX_TEST_CALLS: folder });
    const { beyond, unused } = compareWithPolicies(await readCalls(folder));
    const isAllowed = beyond.length === 0;
    console.log(
      `  ${isAllowed ? '✓' : '✗'} no process makes a call of AWS that its policy in src/iam/permissions.ts lacks`,
    );
    for (const line of beyond) console.log(`    made and not allowed: ${line}`);
    for (const line of unused) console.log(`    allowed, and not made by these tests: ${line}`);
    return sum([count, isAllowed ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
