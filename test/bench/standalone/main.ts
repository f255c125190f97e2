import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Command } from 'commander';
import { buildProgram } from '../../../scripts/building/program.ts';
import { REPLICA_DEFAULTS } from '../../../src/search/replica/replica-settings.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { startLiveIndex } from '../../support/index/live-index.ts';
import { fillIndex } from '../search/fill-index.ts';
import { printGoals, writeFigures } from '../support/figures.ts';
import { requestsPerSecond } from '../support/wrk.ts';
import { layOutImages } from './lay-out-images.ts';
import { startProgram } from './program.ts';
import { type StandaloneFigures, standaloneGoals, standaloneSection } from './rows.ts';

const IN_EVERY_NAME = 'service';
const COMPARED = /compared \d+ repositories/;
const LOAD = {
  paths: ['/v1/search?q=service', '/v1/search?q=team-3&n=25', '/v1/search?q=4711'],
  connections: 16,
  seconds: 10,
};

const command = new Command('bench:standalone')
  .description('how fast `run` and `search` start, and what they take')
  .option('--repositories <number>', 'of one image each', Number, 10_000)
  .option('--write', 'write test/bench/figures/standalone.md');
const { repositories, write = false } = command.parse().opts<{ repositories: number; write?: boolean }>();

await using parts = new AsyncDisposableStack();
const { path } = parts.adopt(await tempDirectory('bench-standalone'), ({ remove }) => remove());
const program = join(path, 'program', 'registry-index.mjs');
await buildProgram(join(path, 'program'));
console.error(`laying out ${repositories} repositories`);
await layOutImages(join(path, 'registry'), repositories);

const run = ['run', '--directory', join(path, 'registry'), '--dynamodb', 'embedded', '--data', join(path, 'data')];
const figures: StandaloneFigures = {
  repositories,
  ...(await measureRun()),
  searchAloneSeconds: await measureSearch(),
};
console.log(standaloneSection(figures));
const goals = standaloneGoals(figures);
if (write) await writeFigures({ name: 'standalone', sections: [standaloneSection(figures)], goals });
printGoals(goals);

async function measureRun() {
  const first = await startProgram(program, run);
  const fresh = { seconds: await first.untilFound(repositories, IN_EVERY_NAME), cpuSeconds: await first.cpuSeconds() };
  await first.untilPrinted(/Ctrl-C ends it/);
  const { now: freshMb } = await first.memoryMb();
  await first.stop();

  const next = await startProgram(program, run);
  const second = { seconds: await next.untilFound(repositories, IN_EVERY_NAME), cpuSeconds: await next.cpuSeconds() };
  await next.untilPrinted(COMPARED);
  const resyncCpuSeconds = (await next.cpuSeconds()) - second.cpuSeconds;
  const { now: secondMb } = await next.memoryMb();
  console.error(`${(await requestsPerSecond({ url: next.url, ...LOAD })).toFixed(0)} searches a second`);
  const { now: underLoad } = await next.memoryMb();
  await next.stop();
  return { fresh, second, resyncCpuSeconds, memoryMb: { fresh: freshMb, second: secondMb, underLoad } };
}

/** The second start: the first has written the snapshot. */
async function measureSearch(): Promise<number> {
  const live = parts.adopt(await startLiveIndex(), ({ stop }) => stop());
  await fillIndex(live, repositories);
  // A start reads once more what was written in the last half minute, which is not all of an index where it is not just
  // filled.
  await wait(REPLICA_DEFAULTS.overlapMs);
  const search = ['search', '--snapshot-dir', join(path, 'snapshot'), '--drain-seconds', '0', '--log-level', 'error'];
  let seconds = 0;
  for (let start = 0; start < 2; start += 1) {
    const alone = await startProgram(program, search, live.env);
    // It answers nothing before all of the snapshot is loaded.
    seconds = await alone.untilFound(1, 'a');
    await alone.stop();
  }
  return seconds;
}
