import { ServiceError } from '../aws/errors.ts';
import type { Layout } from './layout.ts';
import { firstKeyOf, type PlainOptions } from './listing/plain-pages.ts';
import { mergeLayouts } from './merge-layouts.ts';
import type { ObjectStorage } from './object-storage.ts';

export interface LayoutCandidate {
  readonly layout: Layout;
  /** The prefix of all keys of its repositories, and of no others. */
  readonly repositories: string;
}

export interface DetectOptions {
  readonly storage: ObjectStorage;
  /** At least one. Where the store holds several, the earlier one wins where they disagree. */
  readonly candidates: readonly [LayoutCandidate, ...LayoutCandidate[]];
  readonly now: () => number;
}

/** A registry of another layout that is added later is noticed after that time. */
const SEEN_FOR_MS = 10 * 60_000;

/**
 * Detects which layouts a store holds: one LIST of one key for each candidate, repeated every ten minutes, and at each
 * use while the store is empty. Several layouts are read as one registry.
 */
export function createDetectedLayout({ storage, candidates, now }: DetectOptions): Layout {
  let seen: { readonly layout: Layout; readonly atMs: number } | undefined;

  const detect = async (signal: AbortSignal): Promise<Layout> => {
    if (seen && now() - seen.atMs < SEEN_FOR_MS) return seen.layout;
    const found = await findThere({ storage, candidates, now }, signal);
    if (found.length === 0) return candidates[0].layout;
    const layout = found.map((candidate) => candidate.layout).reduce(mergeLayouts);
    seen = { layout, atMs: now() };
    return layout;
  };

  return {
    async *walk(range, signal) {
      yield* (await detect(signal)).walk(range, signal);
    },
    async *scanFingerprints(range, signal) {
      yield* (await detect(signal)).scanFingerprints(range, signal);
    },
    async *listNames(signal) {
      yield* (await detect(signal)).listNames(signal);
    },
    listRepository: async (name, signal) => (await detect(signal)).listRepository(name, signal),
    lookAtTag: async (question, signal) => (await detect(signal)).lookAtTag(question, signal),
    findBlobs: async (digests, signal) => (await detect(signal)).findBlobs(digests, signal),
    readBlob: async (digest, maxBytes, signal) => (await detect(signal)).readBlob(digest, maxBytes, signal),
  };
}

/** Rights may be limited to a prefix: a candidate that may not be listed counts as empty if another may be. */
async function findThere({ storage, candidates, now }: DetectOptions, signal: AbortSignal) {
  const probes = await Promise.all(
    candidates.map(({ repositories: prefix }) => probe({ storage, prefix, now, maxKeys: 1 }, signal)),
  );
  const denied = probes.find((answer) => answer instanceof ServiceError);
  if (denied && probes.every((answer) => answer instanceof ServiceError)) throw denied;
  return candidates.filter((_, at) => probes[at] === true);
}

async function probe(options: PlainOptions, signal: AbortSignal) {
  try {
    return (await firstKeyOf(options, signal)) !== undefined;
  } catch (error) {
    if (error instanceof ServiceError && error.failure.kind === 'denied') return error;
    throw error;
  }
}
