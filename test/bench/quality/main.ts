import { Command } from 'commander';
import { printGoals, writeFigures } from '../support/figures.ts';
import { createAsk } from './ask.ts';
import { isMiss, judge, type Verdict } from './judge.ts';
import { judgedSets } from './judged-sets.ts';
import { recordedScores, recordScores, scoresOf } from './recorded.ts';
import { goalsOf, missOf, sectionsOf } from './sections.ts';

interface Options {
  readonly set: string;
  readonly agent?: string;
  readonly late?: boolean;
  readonly record?: boolean;
}

const { set, agent, late, record } = new Command('bench:quality')
  .description('asks three registries what people would type, and counts how often what they want comes first')
  .option('--set <beginning>', 'only sets whose names begin so', '')
  .option('--agent <name>', 'ask with another User-Agent than docker, such as curl/8.10.1')
  .option('--late', 'print as well what came second or third')
  .option('--record', 'write the figures and what the unit test holds them to; of all sets as docker gets them')
  .parse()
  .opts<Options>();

const verdicts: Verdict[] = [];
for (const judged of judgedSets().filter(({ name }) => name.startsWith(set))) {
  verdicts.push(...(await judge(judged, createAsk(judged.records(), agent))));
}
for (const miss of verdicts.filter(isMiss)) console.log(`${missOf(miss)}\n`);
if (late) for (const verdict of verdicts.filter(isLate)) console.log(`${missOf(verdict)}\n`);

const now = scoresOf(verdicts);
const sections = sectionsOf(recordedScores('before'), now);
console.log(sections.join('\n\n'));
printGoals(goalsOf(now));
if (record && set === '' && agent === undefined) {
  await recordScores('now', now);
  await writeFigures({ name: 'quality', sections, goals: goalsOf(now) });
}

function isLate({ rank }: Verdict): boolean {
  return rank === 2 || rank === 3;
}
