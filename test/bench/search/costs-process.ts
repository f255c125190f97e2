import { createInvertedIndex, type InvertedIndex } from '../../../src/search/engine/index/inverted-index.ts';
import { upsertRecord } from '../../../src/search/engine/index/writer.ts';
import { tierOfDoc } from '../../../src/search/engine/rank/doc-tier.ts';
import { createBitset } from '../../../src/search/engine/structures/bitset.ts';
import { compare, encode, indexOf, sliceOf } from '../../../src/search/engine/structures/bytes.ts';
import { finish } from '../../../src/search/engine/structures/scheduler.ts';
import { createRandom } from '../../support/random.ts';
import { answerJob } from '../support/child.ts';
import { corpus } from './corpus.ts';

export interface CostsJob {
  readonly repositories: number;
}

/** What the engine's cost model counts, and how long one of it takes. */
export interface UnitCost {
  readonly what: string;
  readonly nanoseconds: number;
}

const SECONDS = 0.5;
const DOCS = 20_000;

answerJob(async ({ repositories }: CostsJob): Promise<UnitCost[]> => {
  const index = indexOfCorpus(repositories);
  const random = createRandom(5);
  const docs = Uint32Array.from({ length: DOCS }, () => random.below(repositories));
  const part = sliceOf(encode('qzq'));
  const longLists = listsWhere(index, (count) => count >= 1_000);
  const shortLists = listsWhere(index, (count) => count === 1);
  const target = createBitset(repositories);
  const { terms } = index;
  const unite = (lists: readonly number[]) => lists.reduce((sum, list) => sum + terms.lists.uniteInto(target, list), 0);
  const each = (work: (doc: number) => unknown) => () => {
    for (const doc of docs) work(doc);
    return docs.length;
  };
  const tagsOf = (doc: number) => index.repositories.tagsOf(doc);
  return [
    measure('a posting of a long list', () => unite(longLists)),
    measure('a list of one posting', () => unite(shortLists)),
    measure(
      'a name searched',
      each((doc) => indexOf(index.repositories.nameOf(doc), part)),
    ),
    measure(
      'two names compared',
      each((doc) => compare(index.repositories.nameOf(doc), part)),
    ),
    measure(
      'a doc decided',
      each((doc) => tierOfDoc(index, doc, part)),
    ),
    measure(
      'tags of a doc read',
      each((doc) => tagsOf(doc).memory[tagsOf(doc).start]),
    ),
    measure('a term searched', () => {
      const er = sliceOf(encode('er'));
      finish(terms.eachMatch(er, () => undefined));
      return terms.mostMatches(er);
    }),
  ];
});

function indexOfCorpus(repositories: number): InvertedIndex {
  const index = createInvertedIndex();
  for (const record of corpus(repositories)) {
    upsertRecord(index, index.repositories.add(index.byteWriter.encode(record.name)), record);
  }
  return index;
}

const MAX_LISTS = 5_000;

/** Lists of terms, some of all that there are. */
function listsWhere({ terms }: InvertedIndex, isWanted: (count: number) => boolean): number[] {
  const found: number[] = [];
  for (let list = 0; list < 500_000 && found.length < MAX_LISTS; list += 1) {
    if (isWanted(terms.lists.count(list))) found.push(list);
  }
  return found;
}

/** `work` says how many of them it did; it is repeated for half a second after a first time. */
function measure(what: string, work: () => number): UnitCost {
  work();
  let done = 0;
  const before = process.threadCpuUsage();
  const endMs = performance.now() + SECONDS * 1_000;
  while (performance.now() < endMs) done += work();
  const { user, system } = process.threadCpuUsage(before);
  return { what, nanoseconds: ((user + system) * 1_000) / done };
}
