import { parse, rcompare, type SemVer } from 'semver';
import type { ChartRepository, ChartTag } from '../../search/api.ts';

/** A chart version that Helm reads, and the repository that it is pulled from. */
export interface ReadableVersion extends ChartTag {
  readonly repository: string;
  readonly semVer: SemVer;
}

const TYPES: readonly (string | undefined)[] = [undefined, 'application', 'library'];

/** The versions in a repository that Helm reads, the highest first. About others it would warn every user of the index. */
export function readableVersionsOf({ name, tags }: ChartRepository): ReadableVersion[] {
  const versions = tags.flatMap((tag) => {
    const semVer = parse(tag.chart.version);
    const isRead = semVer && isFileName(tag.chart.name) && TYPES.includes(tag.chart.type);
    return isRead ? [{ ...tag, repository: name, semVer }] : [];
  });
  return versions.sort((a, b) => rcompare(a.semVer, b.semVer) || compareTexts(b.chart.version, a.chart.version));
}

/** A chart is unpacked into a folder of its name. */
function isFileName(name: string): boolean {
  return name !== '.' && name !== '..' && !/[/\\]/.test(name);
}

/** Decides between versions that differ in their build alone. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : 1;
}

/** What `helm install` takes where no version is asked for; a pre-release where there is nothing else. */
export function latestOf(highestFirst: readonly ReadableVersion[]): readonly ReadableVersion[] {
  const latest = highestFirst.find(({ semVer }) => semVer.prerelease.length === 0) ?? highestFirst[0];
  return latest ? [latest] : [];
}
