import type { Goal } from '../support/goals.ts';
import { markdownTable } from '../support/markdown.ts';
import type { FaultFigures, FleetFigures, Takeover } from './measure.ts';
import type { SoakFigures } from './soak.ts';
import type { UpgradeFigures } from './upgrade.ts';

export interface OperatorFigures {
  readonly fleet: FleetFigures;
  readonly takeovers: readonly Takeover[];
  readonly faults: readonly FaultFigures[];
}

const seconds = (value: number) => `${value.toFixed(1)} s`;

export function operatorSections({ fleet, takeovers, faults }: OperatorFigures): string[] {
  const { healthy, refused, hanging } = fleet.fleet;
  const { served, idle, memory, newOnes } = fleet;
  const rows = [
    ['until all healthy ones are searchable', `${seconds(served.seconds)}, CPU ${seconds(served.cpuSeconds)}`],
    ['calls of the API server until then', served.calls],
    ['calls a second afterwards', idle.callsPerSecond.toFixed(2)],
    [`these calls, of ${idle.seconds.toFixed(0)} s`, idle.calls.map(([name, count]) => `${count} ${name}`).join(', ')],
    ['CPU afterwards', `${(100 * idle.cpuShare).toFixed(1)} % of a core`],
    ['memory', `${memory.nowMiB.toFixed(0)} MiB, at most ${memory.peakMiB.toFixed(0)} MiB`],
    [
      'of it files, and the heap with what of it is used',
      `${memory.filesMiB.toFixed(0)} MiB, ${memory.heapMiB.toFixed(0)} MiB with ${memory.usedHeapMiB.toFixed(0)} MiB`,
    ],
    [
      'new healthy ones, one after the other',
      `searchable after ${newOnes.map((each) => seconds(each.searchableSeconds)).join(', ')}`,
    ],
    ['these are Ready after', newOnes.map((each) => seconds(each.readySeconds)).join(', ')],
  ];
  return [
    `## ${healthy + refused + hanging} resources`,
    `${healthy} healthy, ${refused} refused (an endpoint that is not allowed; one in twenty names a Secret that is not there), ${hanging} whose DynamoDB does not answer, in 20 namespaces with a Secret each. The API server, etcd and DynamoDB Local are real; what nodes would do is played.`,
    markdownTable(['', 'the leader'], rows),
    '## Another replica takes over',
    markdownTable(
      ['the leader gets', 'another leads after'],
      takeovers.map(({ how, seconds: after }) => [how, seconds(after)]),
    ),
    '## An API server with faults',
    'During each fault a resource is applied, which the operator has to find and serve afterwards.',
    markdownTable(
      ['fault', 'for', 'calls a second', 'caught up after'],
      faults.map((each) => [
        each.fault,
        seconds(each.seconds),
        each.callsPerSecond.toFixed(1),
        seconds(each.caughtUpSeconds),
      ]),
    ),
  ];
}

export function operatorGoals({ fleet, takeovers, faults }: OperatorFigures): Goal[] {
  const after = (signal: Takeover['how']) => takeovers.find(({ how }) => how === signal)?.seconds ?? Number.NaN;
  const most = (name: string, figure: number, atMost: number, unit: string): Goal => ({
    name,
    figure,
    wanted: { atMost },
    unit,
  });
  return [
    most('memory of the leader', fleet.memory.nowMiB, 150, 'MiB'),
    most('calls of the API server when idle', fleet.idle.callsPerSecond, 1, 'a second'),
    most(
      'the slowest of five new healthy ones is searchable after',
      Math.max(...fleet.newOnes.map((each) => each.searchableSeconds)),
      3,
      's',
    ),
    most('takeover from a leader that is told to stop', after('SIGTERM'), 3, 's'),
    most('takeover from a leader that is killed', after('SIGKILL'), 20, 's'),
    most('takeover from a leader that stands still', after('SIGSTOP'), 20, 's'),
    most(
      'calls during a fault of the API server',
      Math.max(...faults.map((each) => each.callsPerSecond)),
      50,
      'a second',
    ),
    most('caught up after a fault of the API server', Math.max(...faults.map((each) => each.caughtUpSeconds)), 40, 's'),
  ];
}

export function soakGoal({ minutes, faults, different }: SoakFigures): Goal {
  const name = `children that differ from those of a fresh run after ${faults} faults in ${minutes} minutes`;
  return { name, figure: different.length, wanted: { atMost: 0 } };
}

export function upgradeGoal({ commit, handovers }: UpgradeFigures): Goal {
  const mistakes = handovers.flatMap((each) => each.mistakes);
  const name = `mistakes after an upgrade from ${commit} and the way back, in the middle of everything`;
  return { name, figure: mistakes.length, wanted: { atMost: 0 } };
}
