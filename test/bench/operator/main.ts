import { Command } from 'commander';
import { printGoals, writeFigures } from '../support/figures.ts';
import { fleetOf } from './fleet.ts';
import { measureFaults, measureFleet, measureTakeovers, startRun } from './measure.ts';
import { operatorGoals, operatorSections } from './sections.ts';
import { startStage } from './stage.ts';

const command = new Command('bench:operator')
  .description('what many resources, of which some hang, cost an operator, and how it stands faults')
  .option('--resources <number>', 'so many', Number, 1_000)
  .option('--idle-seconds <seconds>', 'how long calls are counted while nothing changes', Number, 120)
  .option('--fault-seconds <seconds>', 'how long each fault lasts', Number, 20)
  .option('--write', 'write test/bench/figures/operator.md');
const options = command.parse().opts<{
  resources: number;
  idleSeconds: number;
  faultSeconds: number;
  write?: boolean;
}>();

const stop = new AbortController();
await using stage = await startStage();
const run = await startRun(stage, stop.signal);
const figures = {
  fleet: await measureFleet(run, fleetOf(options.resources), options.idleSeconds),
  takeovers: await measureTakeovers(run),
  faults: await measureFaults(run, options.faultSeconds),
};
stop.abort();
const sections = operatorSections(figures);
const goals = operatorGoals(figures);
console.log(sections.join('\n\n'));
if (options.write) await writeFigures({ name: 'operator', sections, goals });
printGoals(goals);
