import type { BaseImage, Dependents, RepositoryPage, RepositoryQuery } from '../../api.ts';
import { STEP } from '../cost-model.ts';
import type { SearchDeps } from '../find.ts';
import { BASE_IMAGE_LABEL, meansName } from '../index/base-images.ts';
import type { InvertedIndex } from '../index/inverted-index.ts';
import { labelValueOf } from '../index/label-text.ts';
import { BASE_KEY, baseOf } from '../index/orders.ts';
import { createVisibilityTest } from '../match/visibility.ts';
import { decode, encode, sliceOf, startsWith } from '../structures/bytes.ts';
import { finish, type Steps } from '../structures/scheduler.ts';
import { firstOf } from '../structures/top-k.ts';
import { detailsOf } from './details.ts';
import { pickTags } from './tag-page.ts';

/** A repository as it is now; undefined where there is none of that name that may be seen. Throws a QueryRefused. */
export function* describeRepository(
  { index, writes }: Pick<SearchDeps, 'index' | 'writes'>,
  query: RepositoryQuery,
): Steps<RepositoryPage | undefined> {
  const watch = writes.watch();
  try {
    const page = yield* describeOnce(index, query);
    // Without a turn for others: writes that go on and on would have it described again each time.
    return watch.docs.size === 0 ? page : finish(describeOnce(index, query));
  } finally {
    watch.end();
  }
}

function* describeOnce(index: InvertedIndex, query: RepositoryQuery): Steps<RepositoryPage | undefined> {
  const { repositories } = index;
  const mayBeSeen = createVisibilityTest(index, query.visibility);
  const doc = repositories.find(sliceOf(encode(query.name)));
  if (doc < 0 || !mayBeSeen(doc)) return undefined;
  const tags = yield* pickTags(index, doc, query.tags);
  const dependents = yield* findDependents(index, doc, mayBeSeen);
  const details = detailsOf(index, doc);
  return { ...repositories.hitOf(doc), details, base: findBase(index, details.labels, mayBeSeen), dependents, tags };
}

function findBase(
  { repositories, baseImages }: InvertedIndex,
  labels: Readonly<Record<string, string>>,
  mayBeSeen: (doc: number) => boolean,
): BaseImage | undefined {
  const reference = labels[BASE_IMAGE_LABEL];
  if (reference === undefined) return undefined;
  const names = baseImages.meantBy(reference).filter(mayBeSeen).map(repositories.nameTextOf);
  return { reference, names: names.toSorted() };
}

const MAX_DEPENDENTS = 100;

function* findDependents(index: InvertedIndex, doc: number, mayBeSeen: (doc: number) => boolean): Steps<Dependents> {
  const { repositories, baseImages, labels } = index;
  const name = repositories.nameTextOf(doc);
  if (baseImages.dependentsOf(name) === 0) return { total: 0, names: [] };
  const found: number[] = [];
  for (let label = 0; label < labels.names.end(); label += 1) {
    if (label % STEP.numbers === 0) yield;
    const text = labels.names.at(label);
    if (!startsWith(text, BASE_KEY) || !meansName(decode(labelValueOf(text)), name)) continue;
    for (const [at, one] of labels.lists.docs(label).entries()) {
      if (at % STEP.texts === 0) yield;
      // Not what names itself, which does not count for the order of hits either.
      if (mayBeSeen(one) && baseOf(index, one) !== undefined) found.push(one);
    }
  }
  const first = firstOf(found, MAX_DEPENDENTS, repositories.compareNames);
  return { total: found.length, names: first.map(repositories.nameTextOf) };
}
