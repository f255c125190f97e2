import { mkdir, readFile, writeFile } from 'node:fs/promises';
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
  await writeFile(pathOf(name), `${[`# ${name}`, made, ...sections, ...goalList].join('\n\n')}\n`);
}

/**
 * Puts those of some parts in the place of former ones of the same titles and goals, where there are any; all others
 * stay.
 */
export async function mergeFigures({ name, sections, goals }: Figures): Promise<void> {
  const path = pathOf(name);
  const former = await readFile(path, 'utf8').catch(() => '');
  await writeFile(path, withParts(former, { name, sections, goals }));
}

function pathOf(name: string): string {
  return join(DIRECTORY, `${name}.md`);
}

const GOALS = '## Goals';

/** The text of a file of figures with other sections and goals. */
export function withParts(former: string, { name, sections, goals }: Figures): string {
  const [, ...parts] = former.trimEnd().split(/\n\n(?=## )/);
  const made = `Made by \`npm run bench:${name}\`, part by part; the last on ${machine()}.`;
  const kept = byKey(
    parts.filter((part) => titleOf(part) !== GOALS),
    titleOf,
  );
  const goalLines = parts
    .find((part) => titleOf(part) === GOALS)
    ?.split('\n')
    .filter((line) => line.startsWith('- '));
  const keptGoals = byKey(goalLines ?? [], goalNameOf);
  for (const section of sections) kept.set(titleOf(section), section);
  for (const goal of goals) keptGoals.set(goal.name, `- ${goalLine(goal).slice('goal '.length)}`);
  return `${[`# ${name}`, made, ...kept.values(), GOALS, [...keptGoals.values()].join('\n')].join('\n\n')}\n`;
}

function byKey(texts: readonly string[], keyOf: (text: string) => string): Map<string, string> {
  return new Map(texts.map((text) => [keyOf(text), text]));
}

function titleOf(section: string): string {
  return section.split('\n', 1)[0] ?? '';
}

/** Of `- NAME: FIGURE, wanted …`. */
function goalNameOf(line: string): string {
  return line.slice('- '.length, line.lastIndexOf(': ', line.indexOf(', wanted ')));
}

/** The last lines of a benchmark, one a goal. */
export function printGoals(goals: readonly Goal[]): void {
  for (const goal of goals) console.log(goalLine(goal));
}
