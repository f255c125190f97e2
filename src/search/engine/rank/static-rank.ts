/** What makes people rely on a repository, whatever they search for. */
export interface Signals {
  /** How many other repositories name it as the image that they are built on. */
  readonly dependents: number;
  readonly tags: number;
  /** Slashes in its name. */
  readonly depth: number;
  /** Whether it has the name of its sources; forks have that of another's. */
  readonly isNamedAfterSource: boolean;
  /** Whether what it holds first of all is a chart. */
  readonly isChart: boolean;
  readonly isDeprecated: boolean;
}

/** A level less deep, twice as many dependents, and very many tags instead of none are worth the same. */
const UNIT = 128;
/** A fork lies in a person's own namespace, which is often a level less deep than the original. */
const NAMED_AFTER_SOURCE = 2 * UNIT;
/**
 * Who types a name means the image. The chart of that name would come first, for charts mostly lie together in a folder
 * that is not deep.
 */
const CHART = 3 * UNIT;
/** More tags than these say little more: a fork that is pushed every night has thousands. */
const HALF_OF_TAGS = 4;
const MAX_DEPENDENTS = 65_535;
const DEEPEST = 7;

const MAX_POINTS = UNIT * Math.log2(1 + MAX_DEPENDENTS) + UNIT + NAMED_AFTER_SOURCE;
/** More than all other signals together. */
const DEPRECATED = 4_096;

/** The rank of a repository among those that fit a query equally well: a whole number from 0, the best. */
export function staticRank({ dependents, tags, depth, isDeprecated, ...signals }: Signals): number {
  const ofDependents = UNIT * Math.log2(1 + Math.min(dependents, MAX_DEPENDENTS));
  const ofTags = (UNIT * tags) / (tags + HALF_OF_TAGS);
  const ofDepth = UNIT * Math.min(depth, DEEPEST);
  const ofSource = signals.isNamedAfterSource ? NAMED_AFTER_SOURCE : 0;
  const ofChart = signals.isChart ? CHART : 0;
  const points = ofDependents + ofTags + ofSource - ofDepth - ofChart;
  return Math.round(MAX_POINTS - points) + (isDeprecated ? DEPRECATED : 0);
}

/** Whether a rank is that of a deprecated repository. */
export function isDeprecatedRank(rank: number): boolean {
  return rank >= DEPRECATED;
}
