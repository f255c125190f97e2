import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { type Score, scoresBy, type Verdict } from './judge.ts';

const SCORE = Type.Object({
  queries: Type.Integer(),
  wanting: Type.Integer(),
  first: Type.Integer(),
  firstThree: Type.Integer(),
  meanReciprocalRank: Type.Number(),
  silent: Type.Integer(),
});
const SCORES = Type.Object({ sets: Type.Record(Type.String(), SCORE), kinds: Type.Record(Type.String(), SCORE) });

/** How the sets, and the kinds of queries over all sets, were answered. */
export interface Scores {
  readonly sets: Readonly<Record<string, Score>>;
  readonly kinds: Readonly<Record<string, Score>>;
}

/** `before`: as search answered before it was taught to read what people mean; `now`: what it must not fall below. */
export type Occasion = 'before' | 'now';

export function scoresOf(verdicts: readonly Verdict[]): Scores {
  return {
    sets: Object.fromEntries(scoresBy(verdicts, ({ set }) => set)),
    kinds: Object.fromEntries(scoresBy(verdicts, ({ kind }) => kind)),
  };
}

export function recordedScores(occasion: Occasion): Scores {
  return Value.Parse(SCORES, JSON.parse(readFileSync(fileOf(occasion), 'utf8')));
}

export async function recordScores(occasion: Occasion, scores: Scores): Promise<void> {
  await writeFile(fileOf(occasion), `${JSON.stringify(scores, undefined, 2)}\n`);
}

function fileOf(occasion: Occasion): string {
  return join(import.meta.dirname, 'recorded', `${occasion}.json`);
}
