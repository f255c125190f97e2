import { normalPlatformText } from '../../../oci/platform.ts';
import { fold } from '../../fold.ts';
import type { Condition, PlatformPattern, TagClause } from '../../query/query.ts';
import type { RepositoryAttributes } from '../index/doc-store.ts';
import type { InvertedField } from '../index/inverted-index.ts';
import { labelKeyOf, labelValueOf } from '../index/label-text.ts';
import { visitTagNames } from '../match/tags/tag-order.ts';
import { maySee, type VisibleIndex } from '../match/visibility.ts';
import { compare, decode, encode, type Slice, sliceOf, startsWithFolded } from '../structures/bytes.ts';
import type { Postings } from '../structures/postings.ts';
import { done, type Steps } from '../structures/scheduler.ts';
import { visitNames } from '../structures/sorted-list.ts';

/** So many values are named in a hint. */
const MAX_NAMED = 8;
/** So many values are looked at, of which perhaps none may be seen; and so many repositories of one of them. */
const MAX_VALUES = 2_000;
const MAX_DOCS = 1_000;

/**
 * Values that a filter which nothing fulfils could have had: those of repositories that may be seen, at most eight.
 * None where that is unknown.
 */
export function knownValues(viewed: VisibleIndex, filter: Condition): Steps<readonly string[]> {
  switch (filter.kind) {
    case 'type':
      return done(ofAttributes(viewed, ({ types }) => types.map(fold)));
    case 'label':
      return done(ofLabels(viewed, filter.key));
    case 'namespace':
      return firstComponents(viewed);
    case 'tag':
      return ofClause(viewed, filter.clause);
    case 'any':
      return knownOfFirst(viewed, filter.of);
    default:
      return done([]);
  }
}

function knownOfFirst(viewed: VisibleIndex, [first]: readonly Condition[]): Steps<readonly string[]> {
  return first === undefined ? done([]) : knownValues(viewed, first);
}

/** How many repositories that may be seen are in the list, as far as it is looked through. */
function countVisible({ view }: VisibleIndex, lists: Postings, list: number): number {
  if (view === undefined) return lists.count(list);
  return lists
    .docs(list)
    .subarray(0, MAX_DOCS)
    .filter((doc) => maySee(view, doc)).length;
}

function ofAttributes(
  viewed: VisibleIndex,
  valuesOf: (attributes: RepositoryAttributes) => readonly string[],
): string[] {
  const { repositories, byAttributes } = viewed.index;
  const values = new Set<string>();
  for (const id of repositories.attributeSets.idsWhere(() => true).slice(0, MAX_VALUES)) {
    const attributes = repositories.attributeSets.at(id);
    const others = attributes ? valuesOf(attributes).filter((value) => !values.has(value)) : [];
    if (others.length > 0 && countVisible(viewed, byAttributes, id) > 0) for (const value of others) values.add(value);
  }
  return [...values].sort().slice(0, MAX_NAMED);
}

function ofClause(viewed: VisibleIndex, { names, platforms }: TagClause): Steps<readonly string[]> {
  const [name] = names;
  if (name) return similarTags(viewed, name.text);
  const [pattern] = platforms[0] ?? [];
  return done(
    pattern ? ofAttributes(viewed, (attributes) => attributes.platforms.map((one) => partOf(one, pattern))) : [],
  );
}

/** What the pattern is on: systems, architectures, or both. */
function partOf(platform: string, { os, arch }: PlatformPattern): string {
  const [system = '', ...architecture] = normalPlatformText(platform).split('/');
  if (arch === undefined) return system;
  return os === undefined ? architecture.join('/') : [system, ...architecture].join('/');
}

/** Values of the key, or else the keys that there are; those first that more have. */
function ofLabels(viewed: VisibleIndex, key: string): string[] {
  const { labels, labelKeys } = viewed.index;
  const isOfKey = (label: Slice) => decode(labelKeyOf(label)) === key;
  const values = visibleNames(viewed, labels, isOfKey).map((label) => decode(labelValueOf(label)));
  const known = values.length > 0 ? values : visibleNames(viewed, labelKeys, () => true).map(decode);
  return known.filter((value) => value.length <= LONGEST_VALUE).slice(0, MAX_NAMED);
}

/** Longer ones are sentences, which are not typed. */
const LONGEST_VALUE = 64;

/** Names of a field that are wanted and may be seen, those first that more have. */
function visibleNames(
  viewed: VisibleIndex,
  { names, lists }: InvertedField,
  isWanted: (name: Slice) => boolean,
): Slice[] {
  const found: { name: Slice; count: number }[] = [];
  const end = Math.min(names.end(), MAX_VALUES);
  for (let id = 0; id < end; id += 1) {
    const name = names.at(id);
    const count = lists.count(id) > 0 && isWanted(name) ? countVisible(viewed, lists, id) : 0;
    if (count > 0) found.push({ name, count });
  }
  return found.sort((a, b) => b.count - a.count || compare(a.name, b.name)).map(({ name }) => name);
}

/** Tags that begin like the one that is sought: with all of it, else with less and less of it. */
function* similarTags(viewed: VisibleIndex, tag: string): Steps<readonly string[]> {
  for (const start of [tag, tag.replace(/[.-][^.-]*$/, ''), tag.slice(0, 2), tag.slice(0, 1)]) {
    const folded = sliceOf(encode(start.toLowerCase()));
    const known: string[] = [];
    let visits = 0;
    yield* visitTagNames(viewed.index, {
      from: start,
      visit(id, name) {
        visits += 1;
        if (!startsWithFolded(name, folded)) return false;
        if (countVisible(viewed, viewed.index.tagNames.lists, id) > 0) known.push(decode(name));
        return known.length < MAX_NAMED && visits < MAX_VALUES;
      },
    });
    if (known.length > 0) return known;
  }
  return [];
}

/** Namespaces at the top, one after another: after `a/…` comes whatever is beyond `a0`. */
function* firstComponents({ index, view }: VisibleIndex): Steps<readonly string[]> {
  const { repositories, byName } = index;
  const known: string[] = [];
  let from = '';
  let visits = 0;
  while (known.length < MAX_NAMED && visits < MAX_VALUES) {
    let found: string | undefined;
    yield* visitNames({ order: byName, nameOf: repositories.nameOf, from: sliceOf(encode(from)) }, (doc) => {
      visits += 1;
      const name = repositories.nameTextOf(doc);
      const isShown = name.includes('/') && maySee(view, doc);
      if (isShown) found = name.slice(0, name.indexOf('/'));
      return found === undefined && visits < MAX_VALUES;
    });
    if (found === undefined) break;
    known.push(found);
    from = `${found}0`;
  }
  return known;
}
