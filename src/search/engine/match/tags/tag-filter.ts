import { createGlob } from '../../../glob.ts';
import type { PlatformChoice, PlatformPattern, TagClause, TagName } from '../../../query/query.ts';
import type { InvertedIndex } from '../../index/inverted-index.ts';
import type { TagAttributes } from '../../index/tag-store.ts';
import { decode, encode, isSame, type Slice, sliceOf, startsWith } from '../../structures/bytes.ts';
import type { Steps } from '../../structures/scheduler.ts';
import { visitTagPrefix } from './tag-order.ts';

/** The ids of names and of attributes that a clause allows; undefined where it allows any. */
export interface TagChoice {
  readonly names: readonly number[] | undefined;
  readonly attributes: readonly number[] | undefined;
}

export function* chooseTags(index: InvertedIndex, { names, platforms }: TagClause): Steps<TagChoice> {
  const attributes =
    platforms.length === 0 ? undefined : index.tagAttributeSets.idsWhere((one) => matchesPlatforms(one, platforms));
  return { names: names.length === 0 ? undefined : yield* chooseNames(index, names), attributes };
}

function* chooseNames(index: InvertedIndex, names: readonly TagName[]): Steps<number[]> {
  const chosen = new Set<number>();
  for (const name of names) yield* chooseName(index, name, (id) => chosen.add(id));
  return [...chosen];
}

function* chooseName(index: InvertedIndex, sought: TagName, choose: (id: number) => void): Steps<void> {
  const { names } = index.tagNames;
  if (sought.match === 'exact') {
    const id = names.find(sliceOf(encode(sought.text)));
    if (id >= 0) choose(id);
    return;
  }
  const isName = sought.match === 'glob' ? createOneNameTest(sought) : () => true;
  yield* visitTagPrefix(index, fixedStart(sought), (id) => {
    if (isName(names.at(id))) choose(id);
  });
}

/** What every name that is sought begins with. */
function fixedStart({ text, match }: TagName): string {
  return match === 'glob' ? (text.split(/[*?]/, 1)[0] ?? '') : text;
}

/** Whether a tag of that name may be meant, decided without the index. */
export function createNameTest(sought: readonly TagName[]): (name: Slice) => boolean {
  if (sought.length === 0) return () => true;
  const tests = sought.map(createOneNameTest);
  return (name) => tests.some((test) => test(name));
}

function createOneNameTest({ text, match }: TagName): (name: Slice) => boolean {
  const slice = sliceOf(encode(text));
  if (match === 'exact') return (name) => isSame(name, slice);
  if (match === 'prefix') return (name) => startsWith(name, slice);
  const fits = createGlob(text);
  return (name) => fits(decode(name));
}

export function matchesPlatforms(attributes: TagAttributes | undefined, choices: readonly PlatformChoice[]): boolean {
  const platforms = attributes?.platforms ?? [];
  const isFulfilled = (choice: PlatformChoice) =>
    choice.some((pattern) => platforms.some((platform) => matchesPlatform(platform, pattern)));
  return choices.every(isFulfilled);
}

/** `linux/arm/v7` is of the architectures `arm` and `arm/v7`. */
function matchesPlatform(platform: string, { os, arch }: PlatformPattern): boolean {
  const [ofOs, ...rest] = platform.split('/');
  if (os !== undefined && os !== ofOs) return false;
  return arch === undefined || `${rest.join('/')}/`.startsWith(`${arch}/`);
}
