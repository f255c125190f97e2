import { Command, Option } from 'commander';
import { printGoals, writeFigures } from '../support/figures.ts';
import { numberOf } from '../support/options.ts';
import { fleetOf } from './fleet.ts';
import { measureFaults, measureFleet, measureTakeovers, startRun } from './measure.ts';
import { operatorGoals, operatorSections, soakGoal, upgradeGoal } from './sections.ts';
import { soak } from './soak.ts';
import { startStage } from './stage.ts';
import { showStates } from './states.ts';
import { measureUpgrades } from './upgrade.ts';

/** The last one before the API's page and what came with it. */
const EARLIER_COMMIT = '10efa37';

const command = new Command('bench:operator')
  .description('what many resources, of which some hang, cost an operator, and how it stands faults')
  .option('--resources <number>', 'so many', numberOf, 1_000)
  .option(
    '--settle-seconds <seconds>',
    'how long after the start nothing changes any more, at the earliest',
    numberOf,
    130,
  )
  .option('--idle-seconds <seconds>', 'how long calls are counted while nothing changes', numberOf, 60)
  .option('--fault-seconds <seconds>', 'how long each fault lasts', numberOf, 20)
  .addOption(
    new Option(
      '--part <part>',
      'instead: faults that come at random; an upgrade from an earlier commit, and the way back; what kubectl shows',
    ).choices(['soak', 'upgrade', 'states']),
  )
  .option('--minutes <minutes>', 'how long faults come at random', numberOf, 30)
  .option('--soak-resources <number>', 'how many resources are there meanwhile', numberOf, 50)
  .option('--earlier <commit>', 'of the upgrade', EARLIER_COMMIT)
  .option('--seed <number>', 'of what comes when', numberOf, 1)
  .option('--write', 'write test/bench/figures/operator.md');
const options = command.parse().opts<{
  resources: number;
  settleSeconds: number;
  idleSeconds: number;
  faultSeconds: number;
  part?: 'soak' | 'upgrade' | 'states';
  minutes: number;
  earlier: string;
  soakResources: number;
  seed: number;
  write?: boolean;
}>();

const stop = new AbortController();
await using stage = await startStage();
const run = await startRun(stage, stop.signal);
const { part, minutes, soakResources: resources, seed } = options;
if (part === 'soak') printGoals([soakGoal(await soak(run, { minutes, resources, seed }))]);
else if (part === 'upgrade') printGoals([upgradeGoal(await measureUpgrades(run, options.earlier))]);
else if (part === 'states') console.log(await showStates(run));
else await measure();
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
