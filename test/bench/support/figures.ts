import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Goal, goalLine } from './goals.ts';
import { machine } from './markdown.ts';

export interface Figures {
  /** Such as `backfill`: of the command `npm run bench:backfill` and of the file. */
  readonly name: string;
  /** What was measured, as Markdown: tables and a sentence on each. */
  readonly sections: readonly string[];
  readonly goals: readonly Goal[];
}

const DIRECTORY = join(import.meta.dirname, '..', 'figures');

/** Puts the figures into the repository, beside the command that makes them. */
export async function writeFigures({ name, sections, goals }: Figures): Promise<void> {
  const made = `Made by \`npm run bench:${name}\` on ${machine()}.`;
  const goalList = ['## Goals', goals.map((goal) => `- ${goalLine(goal).slice('goal '.length)}`).join('\n')];
  await mkdir(DIRECTORY, { recursive: true });
  await writeFile(join(DIRECTORY, `${name}.md`), `${[`# ${name}`, made, ...sections, ...goalList].join('\n\n')}\n`);
}

/** The last lines of a benchmark, one a goal. */
export function printGoals(goals: readonly Goal[]): void {
  for (const goal of goals) console.log(goalLine(goal));
}
