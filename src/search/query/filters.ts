import type { Asked } from './asked.ts';
import { MARK_OF, REFERRERS } from './query.ts';
import {
  type ReadContext,
  readDigest,
  readLabel,
  readName,
  readNamespace,
  readOs,
  readPlatform,
  readPushedFilter,
  readReferrer,
  readTag,
  readType,
  splitLabel,
} from './read-values.ts';

export interface Filter {
  /** What its value may be, for a person. */
  readonly wants: string;
  /** Undefined for a value that cannot be meant. */
  readonly read: (value: string, context: ReadContext) => Asked | undefined;
  /** The values of which one must hold, where that is not what stands between commas. */
  readonly split?: (value: string) => readonly string[];
}

const PLATFORM: Filter = { wants: 'a platform, such as arm64, arm/v7 or linux/arm64', read: readPlatform };

/** Filters by their other names, which mean just the same. */
const SYNONYMS: Readonly<Record<string, string>> = { namespace: 'ns', repo: 'name', repository: 'name' };

/** The filter of that name, in lower case. */
export function filterOf(name: string): Filter | undefined {
  return FILTERS.get(nameOfFilter(name));
}

/** The name that another stands for. */
export function nameOfFilter(name: string): string {
  return Object.hasOwn(SYNONYMS, name) ? (SYNONYMS[name] ?? name) : name;
}

/** All filters of the language, by what stands before their colon. */
export const FILTERS: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['tag', { wants: 'a tag, such as v2, or v2* for all that begin with it', read: readTag }],
  ['arch', { ...PLATFORM, wants: 'an architecture, such as arm64, arm/v7 or linux/arm64' }],
  ['os', { wants: 'an operating system, such as linux', read: readOs }],
  ['platform', PLATFORM],
  ['pushed', { wants: 'an age or a date: >30d, <12h, >2026-01-01, <2026-01-01', read: readPushedFilter }],
  ['label', { wants: 'a label, such as gpu, team=core or team=pay*', read: readLabel, split: splitLabel }],
  ['type', { wants: 'image, helm, artifact, or a media type or a word of one', read: readType }],
  ['ns', { wants: 'a namespace, such as team-a', read: readNamespace }],
  ['name', { wants: 'a name or its last components, such as base/nginx', read: readName }],
  ...REFERRERS.map((referrer): [string, Filter] => [
    MARK_OF[referrer],
    { wants: 'yes or no', read: readReferrer(referrer) },
  ]),
  ['digest', { wants: 'a digest, or the first 8 or more of its digits', read: readDigest }],
]);
