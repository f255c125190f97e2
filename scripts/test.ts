/** `npm test`: the parts in order, the time each took, and as the last line how many tests passed and failed. */
import { parseArgs } from 'node:util';
import { type Count, sum } from './testing/count.ts';
import { parts, type TestPart } from './testing/parts.ts';

const names = parts.map(({ name }) => name).join(', ');
const usage = [
  'npm test [-- --only PART,PART]',
  '',
  ...parts.map(({ name, about }) => `  ${name.padEnd(12)} ${about}`),
  '',
  'The last line is "N passed, N failed"; the exit code is 1 when anything failed.',
].join('\n');

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

try {
  const selected = readSelection();
  if (selected !== undefined) await runAll(selected);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

/** The parts asked for, in their order; undefined when only help was asked for. */
function readSelection(): readonly TestPart[] | undefined {
  const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    console.log(usage);
    return undefined;
  }
  const wanted = values.only?.split(',') ?? parts.map(({ name }) => name);
  const unknown = wanted.filter((name) => !parts.some((part) => part.name === name));
  if (unknown.length > 0) throw new Error(`There is no part "${unknown.join('", "')}"; the parts are ${names}.`);
  return parts.filter(({ name }) => wanted.includes(name));
}

async function runAll(selected: readonly TestPart[]): Promise<void> {
  const preparations = prepareInOrder(selected);
  const counts: Count[] = [];
  for (const part of selected) {
    const problem = await preparations.get(part);
    if (stop.signal.aborted) break;
    if (problem !== undefined) console.log(`${part.name} could not be prepared: ${problem}`);
    counts.push(await runPart(part), { passed: 0, failed: problem === undefined ? 0 : 1 });
  }
  const { passed, failed } = sum(counts);
  process.exitCode = failed > 0 || stop.signal.aborted ? 1 : 0;
  console.log(`${passed} passed, ${failed} failed`);
}

/** Begins at once, so that tools are built while the parts that need none run; gives what went wrong, if anything. */
function prepareInOrder(selected: readonly TestPart[]): Map<TestPart, Promise<string | undefined>> {
  let previous: Promise<unknown> = Promise.resolve();
  const prepare = (part: TestPart): [TestPart, Promise<string | undefined>] => {
    const outcome = previous.then(part.prepare).then(() => undefined, String);
    previous = outcome;
    return [part, outcome];
  };
  return new Map(selected.map(prepare));
}

async function runPart(part: TestPart): Promise<Count> {
  console.log(`${part.name}: ${part.about}`);
  const startMs = performance.now();
  const count = await part.run(stop.signal);
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(`${part.name}: ${count.passed} passed, ${count.failed} failed in ${seconds} s\n`);
  return count;
}
