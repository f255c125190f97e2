import { parse, rcompare, type SemVer } from 'semver';
import type { Artefact } from '../../oci/artefact.ts';
import { digestTagOf, isCompanion } from '../../oci/companion.ts';
import type { Digest, InspectedManifest } from '../../oci/manifest-facts.ts';
import type { ListedTag } from '../../storage/layout.ts';
import type { ArtefactReader } from '../artefacts/reader.ts';
import type { Known, ManifestsByDigest, Representative } from './known.ts';

/** Manifests tried before a repository is indexed without text. */
const MAX_TRIES = 3;

/**
 * Finds the representative tag of a repository and reads its text: the first in order that is not a build cache, an
 * attachment or unusable, as far as a few reads can tell.
 */
export async function findRepresentative(
  artefacts: ArtefactReader,
  { tags, known }: { readonly tags: readonly ListedTag[]; readonly known: Known },
  signal: AbortSignal,
): Promise<Known> {
  const ranked = tags.map(rankTag);
  const manifests = new Map(known.manifests);
  const texts = new Map<Digest, Artefact | undefined>();
  const read = async ({ digest }: ListedTag) => {
    const { inspected, artefact } = await artefacts.read(digest, signal);
    manifests.set(digest, inspected);
    texts.set(digest, artefact);
  };
  let best = bestTag(ranked, manifests);
  for (let tries = 0; best && !manifests.has(best.digest) && tries < MAX_TRIES; tries += 1) {
    await read(best);
    best = bestTag(ranked, manifests);
  }
  if (best && !manifests.has(best.digest)) {
    const isKnown = ({ tag }: RankedTag) => manifests.has(tag.digest);
    best = bestTag(ranked.filter(isKnown), manifests);
  }
  if (best && !texts.has(best.digest) && best.digest !== known.representative?.digest) await read(best);
  return {
    representative: best && representedBy(best, texts.get(best.digest) ?? known.representative?.artefact),
    manifests,
  };
}

function representedBy({ name, digest }: ListedTag, artefact: Artefact | undefined): Representative | undefined {
  return artefact && { tag: name, digest, artefact };
}

/** The best of the lowest penalty. One pass: only the best is wanted, and a repository may have 100,000 tags. */
function bestTag(ranked: readonly RankedTag[], manifests: ManifestsByDigest): ListedTag | undefined {
  let best: RankedTag | undefined;
  let lowest = UNUSABLE;
  for (const each of ranked) {
    const inspected = manifests.get(each.tag.digest);
    const penalty = isCompanion(each.tag, inspected?.facts) ? UNUSABLE : penaltyOf(inspected);
    if (penalty === UNUSABLE || penalty > lowest) continue;
    if (best && penalty === lowest && compareRanked(best, each) < 0) continue;
    best = each;
    lowest = penalty;
  }
  return best?.tag;
}

const UNUSABLE = 3;

/** An unread tag may be anything. A manifest with a subject represents a repository only where nothing else does. */
function penaltyOf(inspected: InspectedManifest | undefined): number {
  if (!inspected) return 0;
  const { facts } = inspected;
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
 * How good a candidate a tag is: `latest` is best, then versions from the highest down (releases before any
 * pre-release, which in image tags is more often a variant such as `1.2.3-alpine`), then the newest push, and last the
 * tags that are named after a digest.
 */
export function rankTag(tag: ListedTag): RankedTag {
  const { name } = tag;
  if (name === 'latest') return { tag, version: null, rank: 0 };
  const version = versionOf(name);
  if (version) return { tag, version, rank: version.prerelease.length === 0 ? 1 : 2 };
  return { tag, version, rank: digestTagOf(name) ? 4 : 3 };
}

/**
 * Two numbers make a version: `1.25` counts as `1.25.0`. One does not, for it may be a date or a build number. Helm
 * writes the `+` before build metadata as `_`, because tags cannot contain `+`.
 */
function versionOf(tag: string): SemVer | null {
  const [, numbers, patch = '.0', variant = '', build = ''] = /^v?(\d+\.\d+)(\.\d+)?(-[^_]+)?(_.+)?$/.exec(tag) ?? [];
  return numbers === undefined ? null : parse(`${numbers}${patch}${variant}${build.replace('_', '+')}`);
}

/**
 * The better one first. SemVer ignores build metadata; here the version without any comes first, then the newest push.
 */
export function compareRanked(a: RankedTag, b: RankedTag): number {
  const byVersion = a.version && b.version ? rcompare(a.version, b.version) || compareBuild(a.version, b.version) : 0;
  return a.rank - b.rank || byVersion || b.tag.pushedAtMs - a.tag.pushedAtMs || (a.tag.name < b.tag.name ? -1 : 1);
}

function compareBuild(a: SemVer, b: SemVer): number {
  return Number(a.build.length > 0) - Number(b.build.length > 0);
}
