import { parse, rcompare, type SemVer } from 'semver';
import { digestTagOf } from '../../oci/companion.ts';
import type { ListedTag } from '../../storage/layout.ts';

interface RankedTag {
  readonly tag: ListedTag;
  readonly version: SemVer | null;
  readonly rank: number;
}

/**
 * Tags in the order in which they speak for their repository: `latest`, then versions from the highest down (releases
 * before any pre-release, which in image tags is more often a variant such as `1.2.3-alpine`), then the newest push, and
 * those at last that are only named after a digest.
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

/** Builds of one version are equal to SemVer; the one without goes before them, and the newest of them before the others. */
function compareRanked(a: RankedTag, b: RankedTag): number {
  const byVersion = a.version && b.version ? rcompare(a.version, b.version) || compareBuild(a.version, b.version) : 0;
  return a.rank - b.rank || byVersion || b.tag.pushedAtMs - a.tag.pushedAtMs || (a.tag.name < b.tag.name ? -1 : 1);
}

function compareBuild(a: SemVer, b: SemVer): number {
  return Number(a.build.length > 0) - Number(b.build.length > 0);
}
