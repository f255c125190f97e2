import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const MODULE = new URL('../../../src/commands/young-heap.ts', import.meta.url).href;

/** Keeps a hundred thousand young objects at any time, and prints the bytes of the young heap before and after. */
const WORK = `
  const bytes = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size;
  const before = bytes();
  const kept = new Array(100_000);
  for (let at = 0; at < 2_000_000; at += 1) kept[at % kept.length] = { at, text: [at] };
  console.log(JSON.stringify({ before, after: bytes() }));`;

async function youngHeap(start: string): Promise<{ before: number; after: number }> {
  const script = `import { getHeapSpaceStatistics } from 'node:v8'; ${start} ${WORK}`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  return JSON.parse(stdout);
}

test('the young heap grows with what is under way, unless it is kept small', async () => {
  const grown = await youngHeap('');
  const kept = await youngHeap(`import { keepYoungHeapSmall } from '${MODULE}'; keepYoungHeapSmall();`);
  // Twice as much is no growth: the half that survivors are copied to is taken when it is first needed.
  expect(grown.after).toBeGreaterThan(2 * grown.before);
  expect(kept.after).toBeLessThanOrEqual(2 * kept.before);
});
