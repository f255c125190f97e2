/** What makes people rely on a repository, whatever they search for. */
export interface Signals {
  /** How many other repositories name it as the image that they are built on. */
  readonly dependents: number;
  readonly tags: number;
  /** Slashes in its name. */
  readonly depth: number;
  readonly isDeprecated: boolean;
}

/** A level less deep, twice as many dependents, and very many tags instead of none are worth the same. */
const UNIT = 128;
/** More tags than these tell little more: a fork that is pushed every night has thousands. */
const HALF_OF_TAGS = 4;
const MOST_DEPENDENTS = 65_535;
const DEEPEST = 7;

const MOST_POINTS = UNIT * Math.log2(1 + MOST_DEPENDENTS) + UNIT;
/** More than all other signals together. */
const DEPRECATED = 4_096;

/** The rank of a repository among those that fit a query equally well: a whole number from 0, the best. */
export function staticRank({ dependents, tags, depth, isDeprecated }: Signals): number {
  const ofDependents = UNIT * Math.log2(1 + Math.min(dependents, MOST_DEPENDENTS));
  const ofTags = (UNIT * tags) / (tags + HALF_OF_TAGS);
  const ofDepth = UNIT * Math.min(depth, DEEPEST);
  return Math.round(MOST_POINTS - ofDependents - ofTags + ofDepth) + (isDeprecated ? DEPRECATED : 0);
}

/** Whether a rank is that of a deprecated repository. */
export function isDeprecatedRank(rank: number): boolean {
  return rank >= DEPRECATED;
}
