import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const MODULE = new URL('../../../src/commands/heap.ts', import.meta.url).href;

/**
 * Keeps so many objects at any time, and prints the bytes of the young heap before and after, and the mean of all that
 * was used meanwhile. The most would depend on how often V8's own threads came to run.
 */
const work = (kept: number, made: number) => `
  const young = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size;
  const before = young();
  const kept = new Array(${kept});
  const used = [];
  for (let at = 0; at < ${made}; at += 1) {
    kept[at % kept.length] = { at, text: [at] };
    if (at % 10_000 === 0) used.push(getHeapStatistics().used_heap_size);
  }
  const mean = used.reduce((sum, bytes) => sum + bytes) / used.length;
  console.log(JSON.stringify({ before, after: young(), mean }));`;

interface Heap {
  readonly before: number;
  readonly after: number;
  readonly mean: number;
}

async function heapOf(start: string, doing: string): Promise<Heap> {
  const script = `import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8'; ${start} ${doing}`;
  return JSON.parse(await printed(script));
}

/** What a script prints, in a process of its own. */
async function printed(script: string, ...flags: string[]): Promise<string> {
  const args = [...flags, '--input-type=module', '--eval', script];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}

test('the young heap grows with what is under way, unless it is kept small', async () => {
  const doing = work(100_000, 2_000_000);
  const grown = await heapOf('', doing);
  const kept = await heapOf(`import { keepYoungHeapSmall } from '${MODULE}'; keepYoungHeapSmall();`, doing);
  // A page or two more is no growth: the half that survivors are copied to is taken when it is first needed.
  expect(grown.after).toBeGreaterThan(8 * grown.before);
  expect(kept.after).toBeLessThan(grown.after / 8);
});

test('less garbage gathers in the old heap when it is kept small', async () => {
  const doing = work(400_000, 6_000_000);
  const load = `import { keepOldHeapSmall, keepYoungHeapSmall } from '${MODULE}'; keepYoungHeapSmall();`;
  const grown = await heapOf(load, doing);
  const kept = await heapOf(`${load} keepOldHeapSmall();`, doing);
  expect(kept.mean).toBeLessThan(grown.mean);
});

test('garbage of the old heap is collected less often when that is asked for', async () => {
  const collections = async (start: string): Promise<number> => {
    const script = `
      import { constants, PerformanceObserver } from 'node:perf_hooks';
      import { setTimeout } from 'node:timers/promises';
      ${start}
      let majors = 0;
      const isMajor = ({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
      const count = (list) => { majors += list.getEntries().filter(isMajor).length; };
      new PerformanceObserver(count).observe({ entryTypes: ['gc'] });
      const kept = new Array(300_000);
      for (let at = 0; at < 6_000_000; at += 1) {
        kept[at % kept.length] = { at, text: [at] };
        if (at % 100_000 === 0) await setTimeout(1);
      }
      console.log(majors);`;
    // The heap of an indexer's pod.
    return Number(await printed(script, '--max-old-space-size=204'));
  };
  const usual = await collections('');
  const seldom = await collections(`import { collectOldHeapSeldom } from '${MODULE}'; collectOldHeapSeldom();`);
  expect(seldom).toBeGreaterThan(0);
  expect(seldom).toBeLessThan(usual);
});

test('garbage is collected when that is asked for', async () => {
  const script = `
    import { collectGarbage } from '${MODULE}';
    const left = new WeakRef(Array.from({ length: 1_000 }, (_, at) => ({ at })));
    setImmediate(() => {
      const before = left.deref() !== undefined;
      setImmediate(() => {
        collectGarbage();
        console.log(before, left.deref() === undefined);
      });
    });`;
  expect(await printed(script)).toBe('true true\n');
});
