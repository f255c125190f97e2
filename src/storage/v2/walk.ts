import type { StorageFault } from '../../api/fault.ts';
import { isRepositoryName } from '../grammar.ts';
import type { FingerprintItem, NameRange, WalkItem } from '../layout.ts';
import { orderedOrWhole } from '../listing/ordered-or-whole.ts';
import { skipScan } from '../listing/skip-scan.ts';
import type { StorageObject } from '../object-storage.ts';
import type { WalkDeps } from '../walk-deps.ts';
import { type KeyMeaning, skipFrom, unexpectedKeyFault, type V2Keys } from './keys.ts';
import { finishListing, summaryOf } from './read-links.ts';
import { type CollectedRepository, createTagCollector, type TagCollector } from './tag-collector.ts';
import type { WholeV2Registry } from './whole-registry.ts';

export interface V2Deps extends WalkDeps<V2Keys> {
  /** For stores whose order cannot be relied upon. */
  readonly whole: WholeV2Registry;
}

/** Every repository of the range, those without a tag as well, with what its tags point to. */
export async function* walkRange(deps: V2Deps, range: NameRange, signal: AbortSignal): AsyncGenerator<WalkItem> {
  for await (const item of collectRange(deps, range, signal)) {
    if (item.kind === 'fault') yield item;
    else yield { kind: 'repository', listing: await finishListing(deps.storage, item.listing, signal) };
  }
}

/** Every repository of the range by LISTs alone. */
export async function* scanRangeFingerprints(
  deps: V2Deps,
  range: NameRange,
  signal: AbortSignal,
): AsyncGenerator<FingerprintItem> {
  for await (const item of collectRange(deps, range, signal)) {
    if (item.kind === 'fault') yield item;
    else yield { kind: 'repository', listing: await summaryOf(deps.storage, item.listing, signal) };
  }
}

/** Every repository of the range: by a skip scan where keys come in order, else from one listing of everything. */
function collectRange(
  deps: V2Deps,
  range: NameRange,
  signal: AbortSignal,
): AsyncGenerator<WalkItem<CollectedRepository>> {
  const { order, keys, whole } = deps;
  const ways = {
    order,
    range,
    prefix: keys.repositories,
    ordered: () => streamRange(deps, range, signal),
    whole: () => whole.read(range, signal),
    versionOf: ({ name, tags }: CollectedRepository) => `${name} ${tags.length}`,
  };
  return orderedOrWhole(ways, signal);
}

/** All that one pass over the keys has open: the repository it is in, or the bad name that it has reported. */
interface WalkState {
  readonly open: TagCollector | undefined;
  readonly badName: string | undefined;
}

/**
 * A skip scan: one flat listing of the range that skips layers and revisions wherever a page ends in them. All keys
 * of a repository lie together, because no other name can come between `<name>/_` and its end.
 */
async function* streamRange(
  deps: V2Deps,
  range: NameRange,
  signal: AbortSignal,
): AsyncGenerator<WalkItem<CollectedRepository>> {
  const { keys } = deps;
  let state: WalkState = { open: undefined, badName: undefined };
  const skip = (key: string) => skipFrom(keys, key, (tag) => state.open?.settled(tag) ?? true);
  for await (const { objects, sentAtMs } of skipScan({ ...deps, ...keyRange(keys, range), skip }, signal)) {
    for (const object of objects) {
      const meaning = keys.parse(object.key);
      if (meaning.kind === 'marker') continue;
      if (state.open && meaning.name !== state.open.name) yield { kind: 'repository', listing: state.open.collected() };
      const fault = faultOf(meaning, object, state);
      if (fault) yield { kind: 'fault', fault };
      state = enter(state, meaning, sentAtMs);
      state.open?.add(meaning, object);
    }
  }
  if (state.open) yield { kind: 'repository', listing: state.open.collected() };
}

function keyRange(keys: V2Keys, { from, to }: NameRange) {
  return {
    prefix: keys.repositories,
    after: from === undefined ? undefined : keys.first(from),
    before: to === undefined ? undefined : keys.first(to),
  };
}

/** The state in which a key is read; the page that first shows a repository dates its listing. */
function enter({ open }: WalkState, { name }: KeyMeaning, sentAtMs: number): WalkState {
  if (name !== undefined && name === open?.name) return { open, badName: undefined };
  if (name === undefined) return { open: undefined, badName: undefined };
  if (!isRepositoryName(name)) return { open: undefined, badName: name };
  return { open: createTagCollector(name, sentAtMs), badName: undefined };
}

/** Faults outside of any repository; an invalid name is reported once, not for each of its keys. */
function faultOf(meaning: KeyMeaning, object: StorageObject, { open, badName }: WalkState): StorageFault | undefined {
  const { name } = meaning;
  if (name !== undefined && (name === open?.name || name === badName)) return undefined;
  return unexpectedKeyFault(meaning, object);
}
