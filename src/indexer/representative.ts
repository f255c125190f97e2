import { parse, rcompare, type SemVer } from 'semver';
import type { ListedTag } from '../storage/layout.ts';

interface RankedTag {
  readonly tag: ListedTag;
  readonly version: SemVer | null;
  readonly rank: number;
}

/**
 * Tags in the order in which they speak for their repository: `latest`, then versions from the highest down (releases
 * before any pre-release, which in image tags is more often a variant such as `1.2.3-alpine`), then the newest push.
 */
export function rankTags(tags: readonly ListedTag[]): ListedTag[] {
  return tags
    .map(rankedTag)
    .sort(compareRanked)
    .map(({ tag }) => tag);
}

function rankedTag(tag: ListedTag): RankedTag {
  if (tag.name === 'latest') return { tag, version: null, rank: 0 };
  const version = versionOf(tag.name);
  if (!version) return { tag, version, rank: 3 };
  return { tag, version, rank: version.prerelease.length === 0 ? 1 : 2 };
}

/** Two numbers are enough for a version: `1.25` counts as `1.25.0`. One is not, for it may be a date or a build. */
function versionOf(tag: string): SemVer | null {
  const [, numbers, patch = '.0', rest = ''] = /^v?(\d+\.\d+)(\.\d+)?(-.+)?$/.exec(tag) ?? [];
  return numbers === undefined ? null : parse(`${numbers}${patch}${rest}`);
}

function compareRanked(a: RankedTag, b: RankedTag): number {
  const byVersion = a.version && b.version ? rcompare(a.version, b.version) : 0;
  return a.rank - b.rank || byVersion || b.tag.pushedAtMs - a.tag.pushedAtMs || (a.tag.name < b.tag.name ? -1 : 1);
}
