import { createTurn } from '../../../async/turn.ts';
import type { SearchEngine } from '../../api.ts';
import type { Archive } from '../../archive.ts';
import { createUint32Column } from '../../engine/structures/column.ts';

/** Which repositories the latest rounds of the audit have met: one number for each repository. */
export interface Rounds {
  /** Begins a round; one that did not end is begun again. */
  begin(): void;
  meet(name: string): void;
  /** Pages of the names that neither this round nor the `before` rounds that ended last have met. */
  unmet(before: number): AsyncIterable<readonly string[]>;
  end(): void;
  serialize(archive: Archive): void;
}

const EVERYTHING = [{ names: undefined, showPrivate: true }];
const NAMES_AT_A_TIME = 1_000;

/** Loading is the first round, which has begun: every repository that is added to the engine is met. */
export function createRounds(engine: SearchEngine): Rounds {
  const metIn = createUint32Column();
  let ended = 1;
  let round = ended;

  const lastMet = (name: string): number => {
    const doc = engine.docOf(name);
    return doc === undefined ? round : metIn.get(doc);
  };

  return {
    begin() {
      round = ended + 1;
    },
    meet(name) {
      const doc = engine.docOf(name);
      if (doc !== undefined) metIn.set(doc, round);
    },
    async *unmet(before) {
      for await (const names of pages(engine)) yield names.filter((name) => lastMet(name) < round - before);
    },
    end() {
      ended = round;
    },
    serialize(archive) {
      ended = archive.number(ended);
      round = archive.number(round);
      metIn.serialize(archive);
    },
  };
}

/** All names, with turns for other work in between. */
async function* pages(engine: SearchEngine): AsyncGenerator<readonly string[]> {
  const turn = createTurn();
  let last: string | undefined;
  for (;;) {
    const { names, more } = await engine.catalog({ last, limit: NAMES_AT_A_TIME, visibility: EVERYTHING });
    if (turn.isOver()) await turn.next();
    yield names;
    last = names.at(-1);
    if (!more || last === undefined) return;
  }
}
