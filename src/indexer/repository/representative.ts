import { parse, rcompare, type SemVer } from 'semver';
import { digestTagOf, isCompanion } from '../../oci/companion.ts';
import type { Artefact } from '../../oci/describe.ts';
import type { Digest, InspectedManifest } from '../../oci/manifest-facts.ts';
import type { ListedTag } from '../../storage/layout.ts';
import type { ArtefactReader } from '../artefacts/reader.ts';
import type { Known, ManifestsByDigest, Representative } from './known.ts';

/** Manifests that are read before a repository is indexed by its name and tags alone. */
const MAX_TRIES = 3;

/**
 * Finds the tag that speaks for a repository, and its text: the first in their order that is something in its own
 * right, as far as a few reads can tell; reads on where it is a cache, an attachment or of no use.
 */
export async function findRepresentative(
  artefacts: ArtefactReader,
  { tags, known }: { readonly tags: readonly ListedTag[]; readonly known: Known },
  signal: AbortSignal,
): Promise<Known> {
  const ranked = rankTags(tags);
  const manifests = new Map(known.manifests);
  const texts = new Map<Digest, Artefact | undefined>();
  const read = async ({ digest }: ListedTag) => {
    const { reading, artefact } = await artefacts.read(digest, signal);
    manifests.set(digest, reading);
    texts.set(digest, artefact);
  };
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const best = bestTag(ranked, manifests);
    if (!best || manifests.has(best.digest)) break;
    await read(best);
  }
  const best = bestTag(
    ranked.filter(({ digest }) => manifests.has(digest)),
    manifests,
  );
  if (best && !texts.has(best.digest) && best.digest !== known.representative?.digest) await read(best);
  return {
    representative: best && representedBy(best, texts.get(best.digest) ?? known.representative?.artefact),
    manifests,
  };
}

function representedBy({ name, digest }: ListedTag, artefact: Artefact | undefined): Representative | undefined {
  return artefact && { tag: name, digest, artefact };
}

/** The best of some tags in their order, with what is known of them. */
function bestTag(ranked: readonly ListedTag[], manifests: ManifestsByDigest): ListedTag | undefined {
  let best: ListedTag | undefined;
  let lowest = UNUSABLE;
  for (const tag of ranked) {
    const reading = manifests.get(tag.digest);
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
function standingOf(reading: InspectedManifest | undefined): number {
  if (!reading) return 0;
  const { facts } = reading;
  if (!facts) return UNUSABLE;
  if (facts.kind === 'artefact' && facts.isAuxiliary) return 2;
  return facts.subject === undefined ? 0 : 1;
}

interface RankedTag {
  readonly tag: ListedTag;
  readonly version: SemVer | null;
  readonly rank: number;
}

/**
 * Tags in the order in which they speak for their repository: `latest`, then versions from the highest down (releases
 * before any pre-release, which in image tags is more often a variant such as `1.2.3-alpine`), then the newest push,
 * and those at last that are only named after a digest.
 */
export function rankTags<Tag extends ListedTag>(tags: readonly Tag[]): Tag[] {
  const ranked = tags.map((tag) => ({ ...rankOf(tag.name), tag }));
  return ranked.sort(compareRanked).map(({ tag }) => tag);
}

function rankOf(name: string): Omit<RankedTag, 'tag'> {
  if (name === 'latest') return { version: null, rank: 0 };
  const version = versionOf(name);
  if (version) return { version, rank: version.prerelease.length === 0 ? 1 : 2 };
  return { version, rank: digestTagOf(name) ? 4 : 3 };
}

/**
 * Two numbers are enough for a version: `1.25` counts as `1.25.0`. One is not, for it may be a date or a build. What
 * follows a `+` is the build, as Helm writes it: no tag may have a `+`, so that it has `_` there.
 */
function versionOf(tag: string): SemVer | null {
  const [, numbers, patch = '.0', variant = '', build = ''] = /^v?(\d+\.\d+)(\.\d+)?(-[^_]+)?(_.+)?$/.exec(tag) ?? [];
  return numbers === undefined ? null : parse(`${numbers}${patch}${variant}${build.replace('_', '+')}`);
}

/**
 * Builds of one version are equal to SemVer; the one without goes before them, and the newest of them before the
 * others.
 */
function compareRanked(a: RankedTag, b: RankedTag): number {
  const byVersion = a.version && b.version ? rcompare(a.version, b.version) || compareBuild(a.version, b.version) : 0;
  return a.rank - b.rank || byVersion || b.tag.pushedAtMs - a.tag.pushedAtMs || (a.tag.name < b.tag.name ? -1 : 1);
}

function compareBuild(a: SemVer, b: SemVer): number {
  return Number(a.build.length > 0) - Number(b.build.length > 0);
}
