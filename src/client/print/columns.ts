import { objectOf } from '../../oci/json-fields.ts';
import { parseTimeMs, type Row, textOf, textsOf } from '../answers.ts';

/** How a kind of row is shown. */
export interface Layout {
  /** In the order in which they are printed; the rightmost are cut first. */
  readonly columns: readonly Column[];
  /** The row as an image name is written, without the registry. */
  readonly reference: (row: Row) => string;
}

export interface Column {
  readonly title: string;
  readonly text: (row: Row, style: CellStyle) => string;
  /** Only in a wide table. */
  readonly isWide?: true;
  /** Printed in bold, or dim. */
  readonly tone?: 'bold' | 'dim';
}

export interface CellStyle {
  /** Times as ages, counted from then; else as they are. Milliseconds since 1970. */
  readonly agesFrom: number | undefined;
}

export const REPOSITORIES: Layout = {
  columns: [
    { title: 'NAME', text: ({ name }) => name, tone: 'bold' },
    { title: 'TAG', text: ({ value }) => textOf(value.tag) },
    pushed(),
    platforms(),
    { title: 'TYPES', text: ({ value }) => list(value.types), isWide: true },
    { title: 'MARKS', text: ({ value }) => list(value.marks), isWide: true },
    { title: 'DIGEST', text: ({ value }) => textOf(value.digest), isWide: true },
    { title: 'LABELS', text: ({ value }) => labelsOf(value.labels), isWide: true },
    { title: 'DESCRIPTION', text: ({ value }) => textOf(value.description) },
  ],
  reference: ({ name }) => name,
};

export function tagsOf(repository: string): Layout {
  return {
    columns: [
      { title: 'TAG', text: ({ name }) => name, tone: 'bold' },
      pushed(),
      { title: 'SIZE', text: ({ value }) => printSize(value.size) },
      platforms(),
      { title: 'SAME AS', text: ({ value }) => list(value.same) },
      { title: 'DIGEST', text: ({ value }) => textOf(value.digest), isWide: true },
    ],
    reference: ({ name }) => `${repository}:${name}`,
  };
}

export const OWNERS: Layout = {
  columns: [
    { title: 'NAME', text: ({ name }) => name, tone: 'bold' },
    { title: 'TAGS', text: ({ value }) => list(value.tags) },
    { title: 'DIGEST', text: ({ value }) => textOf(value.digest), isWide: true },
  ],
  reference({ name, value }) {
    const digest = textOf(value.digest);
    return WHOLE_DIGEST.test(digest) ? `${name}@${digest}` : `${name}:${textsOf(value.tags)[0] ?? 'latest'}`;
  },
};

const WHOLE_DIGEST = /^[a-z0-9]+:[0-9a-f]{64,}$/;

function pushed(): Column {
  return {
    title: 'PUSHED',
    tone: 'dim',
    text({ value }, { agesFrom }) {
      const ms = parseTimeMs(value.pushed);
      if (ms === undefined) return '';
      return agesFrom === undefined ? new Date(ms).toISOString() : printAge(agesFrom - ms);
    },
  };
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365 * DAY_MS;

/** An age in the largest unit of which it has two or more, as kubectl does: `45s`, `12m`, `30h`, `3d`, `2y`. */
export function printAge(ms: number): string {
  const sizes = [
    [2 * YEAR_MS, YEAR_MS, 'y'],
    [2 * DAY_MS, DAY_MS, 'd'],
    [2 * HOUR_MS, HOUR_MS, 'h'],
    [2 * MINUTE_MS, MINUTE_MS, 'm'],
  ] as const;
  const [, size, unit] = sizes.find(([least]) => ms >= least) ?? [0, 1_000, 's'];
  return `${Math.max(0, Math.floor(ms / size))}${unit}`;
}

function platforms(): Column {
  return { title: 'PLATFORMS', text: ({ value }) => list(value.platforms) };
}

function list(value: unknown): string {
  return textsOf(value).join(',');
}

function labelsOf(value: unknown): string {
  return textsOf(Object.entries(objectOf(value)).map(([key, text]) => `${key}=${text}`)).join(',');
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Bytes in thousands, as docker prints them; empty for no size. */
function printSize(bytes: unknown): string {
  if (typeof bytes !== 'number' || !(bytes >= 0)) return '';
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  return `${Number((bytes / 1_000 ** power).toPrecision(3))}${UNITS[power]}`;
}
