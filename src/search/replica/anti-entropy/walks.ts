import { createTurn } from '../../../async/turn.ts';
import type { SearchEngine } from '../../api.ts';
import type { Archive } from '../../archive.ts';
import { createUint32Column } from '../../engine/structures/column.ts';

/** Which repositories the latest walks over the table have met: one number for each repository. */
export interface Walks {
  /** Begins a walk; one that did not end is begun again. */
  begin(): void;
  meet(name: string): void;
  /** Pages of the names that neither this walk nor the `before` walks that ended last have met. */
  unmet(before: number): AsyncIterable<readonly string[]>;
  end(): void;
  serialize(archive: Archive): void;
}

const EVERYTHING = [{ names: undefined, showPrivate: true }];
const NAMES_AT_A_TIME = 1_000;

/** Loading is the first walk, which has begun: every repository that is added to the engine is met. */
export function createWalks(engine: SearchEngine): Walks {
  const metIn = createUint32Column();
  let ended = 1;
  let walk = ended;

  const lastMet = (name: string): number => {
    const doc = engine.docOf(name);
    return doc === undefined ? walk : metIn.get(doc);
  };

  return {
    begin() {
      walk = ended + 1;
    },
    meet(name) {
      const doc = engine.docOf(name);
      if (doc !== undefined) metIn.set(doc, walk);
    },
    async *unmet(before) {
      for await (const names of pages(engine)) yield names.filter((name) => lastMet(name) < walk - before);
    },
    end() {
      ended = walk;
    },
    serialize(archive) {
      ended = archive.number(ended);
      walk = archive.number(walk);
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
