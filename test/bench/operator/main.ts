import { Command } from 'commander';
import { printGoals, writeFigures } from '../support/figures.ts';
import { fleetOf } from './fleet.ts';
import { measureFaults, measureFleet, measureTakeovers, startRun } from './measure.ts';
import { operatorGoals, operatorSections, soakGoal } from './sections.ts';
import { soak } from './soak.ts';
import { startStage } from './stage.ts';

const command = new Command('bench:operator')
  .description('what many resources, of which some hang, cost an operator, and how it stands faults')
  .option('--resources <number>', 'so many', Number, 1_000)
  .option('--settle-seconds <seconds>', 'how long to wait before nothing changes any more', Number, 130)
  .option('--idle-seconds <seconds>', 'how long calls are counted while nothing changes', Number, 120)
  .option('--fault-seconds <seconds>', 'how long each fault lasts', Number, 20)
  .option(
    '--soak-minutes <minutes>',
    'only lets faults come at random for so long, and compares with a fresh run',
    Number,
  )
  .option('--soak-resources <number>', 'so many for that', Number, 50)
  .option('--seed <number>', 'of what comes when', Number, 1)
  .option('--write', 'write test/bench/figures/operator.md');
const options = command.parse().opts<{
  resources: number;
  settleSeconds: number;
  idleSeconds: number;
  faultSeconds: number;
  soakMinutes?: number;
  soakResources: number;
  seed: number;
  write?: boolean;
}>();

const stop = new AbortController();
await using stage = await startStage();
const run = await startRun(stage, stop.signal);
const { soakMinutes: minutes, soakResources: resources, seed } = options;
if (minutes === undefined) await measure();
else printGoals([soakGoal(await soak(run, { minutes, resources, seed }))]);
stop.abort();

async function measure(): Promise<void> {
  const figures = {
    fleet: await measureFleet(run, fleetOf(options.resources), options),
    takeovers: await measureTakeovers(run),
    faults: await measureFaults(run, options.faultSeconds),
  };
  const sections = operatorSections(figures);
  const goals = operatorGoals(figures);
  console.log(sections.join('\n\n'));
  if (options.write) await writeFigures({ name: 'operator', sections, goals });
  printGoals(goals);
}
