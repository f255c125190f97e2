import type { Artefact } from '../../oci/describe.ts';
import type { Digest, TagReading } from '../../oci/manifest-facts.ts';
import type { ListedTag } from '../../storage/layout.ts';
import type { ArtefactReader } from '../artefacts/reader.ts';
import { isCompanion } from './derive.ts';
import type { Known, ReadingsByDigest, Representative } from './known.ts';
import { rankTags } from './representative.ts';

/** Manifests that are read before a repository is indexed by its name and tags alone. */
const MAX_TRIES = 3;

/**
 * Finds the tag that speaks for a repository, and its text: the first in their order that is something in its own right,
 * as far as a few reads can tell; reads on where it is a cache, an attachment or of no use.
 */
export async function findRepresentative(
  artefacts: ArtefactReader,
  { tags, known }: { readonly tags: readonly ListedTag[]; readonly known: Known },
  signal: AbortSignal,
): Promise<Known> {
  const ranked = rankTags(tags);
  const readings = new Map(known.readings);
  const texts = new Map<Digest, Artefact | undefined>();
  const read = async ({ digest }: ListedTag) => {
    const { reading, artefact } = await artefacts.read(digest, signal);
    readings.set(digest, reading);
    texts.set(digest, artefact);
  };
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const best = bestTag(ranked, readings);
    if (!best || readings.has(best.digest)) break;
    await read(best);
  }
  const best = bestTag(
    ranked.filter(({ digest }) => readings.has(digest)),
    readings,
  );
  if (best && !texts.has(best.digest) && best.digest !== known.representative?.digest) await read(best);
  return {
    representative: best && representedBy(best, texts.get(best.digest) ?? known.representative?.artefact),
    readings,
  };
}

function representedBy({ name, digest }: ListedTag, artefact: Artefact | undefined): Representative | undefined {
  return artefact && { tag: name, digest, artefact };
}

/** The best of some tags in their order, with what is known of them. */
function bestTag(ranked: readonly ListedTag[], readings: ReadingsByDigest): ListedTag | undefined {
  let best: ListedTag | undefined;
  let lowest = UNUSABLE;
  for (const tag of ranked) {
    const reading = readings.get(tag.digest);
    const standing = isCompanion(tag, reading?.facts) ? UNUSABLE : standingOf(reading);
    if (standing >= lowest) continue;
    best = tag;
    lowest = standing;
    if (lowest === 0) break;
  }
  return best;
}

const UNUSABLE = 3;

/** What was not read yet may be anything; what refers to another manifest speaks only where nothing else does. */
function standingOf(reading: TagReading | undefined): number {
  if (!reading) return 0;
  const { facts } = reading;
  if (!facts) return UNUSABLE;
  if (facts.kind === 'artefact' && facts.isAuxiliary) return 2;
  return facts.subject === undefined ? 0 : 1;
}
