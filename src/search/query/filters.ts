import type { Asked } from './asked.ts';
import {
  readArch,
  readDigest,
  readLabel,
  readNamespace,
  readOs,
  readPushedFilter,
  readReferrer,
  readTag,
  readType,
} from './read-values.ts';

export interface Filter {
  /** What its value may be, for a person. */
  readonly wants: string;
  /** Undefined for a value that cannot be meant. Ages are counted back from `nowMs`. */
  readonly read: (value: string, nowMs: number) => Asked | undefined;
}

/** All filters of the language, by what stands before their colon. */
export const FILTERS: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['tag', { wants: 'a tag, such as v2, or v2* for all that begin with it', read: readTag }],
  ['arch', { wants: 'an architecture, such as arm64, arm/v7 or linux/arm64', read: readArch }],
  ['os', { wants: 'an operating system, such as linux', read: readOs }],
  ['pushed', { wants: 'an age or a date: >30d, <12h, >2026-01-01, <2026-01-01', read: readPushedFilter }],
  ['label', { wants: 'a label, such as gpu or team=core', read: readLabel }],
  ['type', { wants: 'image, helm or a media type', read: readType }],
  ['ns', { wants: 'a namespace, such as team-a', read: readNamespace }],
  ['signed', { wants: 'yes or no', read: readReferrer('signature') }],
  ['sbom', { wants: 'yes or no', read: readReferrer('sbom') }],
  ['attested', { wants: 'yes or no', read: readReferrer('attestation') }],
  ['digest', { wants: 'a digest, or the first 8 or more of its digits', read: readDigest }],
]);
