import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RepositoryRecord, TagEntry } from '../../../src/dynamodb/records/record.ts';

/** The folder of registries and of what is asked of them. */
const SETS = join(import.meta.dirname, 'sets');

/** Registries push at nine in the morning here; only days matter. */
const PUSH_TIME = 'T09:00:00Z';

/** Labels that are written short, as OCI names them. */
const OCI_LABELS: ReadonlyMap<string, string> = new Map([
  ['title', 'org.opencontainers.image.title'],
  ['version', 'org.opencontainers.image.version'],
  ['revision', 'org.opencontainers.image.revision'],
  ['vendor', 'org.opencontainers.image.vendor'],
  ['source', 'org.opencontainers.image.source'],
  ['url', 'org.opencontainers.image.url'],
  ['base', 'org.opencontainers.image.base.name'],
]);

/** One repository as a line says it; see `parseLine`. */
export interface RepositoryLine {
  readonly name: string;
  readonly types: readonly string[];
  readonly platforms: readonly string[];
  /** Such as `1.27@2026-10-03`. */
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
}

export function readLines(file: string): string[] {
  return readFileSync(join(SETS, file), 'utf8').split('\n').filter(Boolean);
}

/**
 * Six columns between tabs: the name, types, platforms without `linux/` (`-` for none), tags with the day of their
 * push, labels between `; `, and the description. A label alone stands for what most registries write there: `title`
 * for the last component of the name, `source` and `url` for the repository's page at `host`.
 */
export function parseLine(line: string, host: string): RepositoryLine {
  const [name = '', types = '', platforms = '', tags = '', labels = '', summary = ''] = line.split('\t');
  return {
    name,
    types: types.split(' '),
    platforms: platforms === '-' ? [] : platforms.split(' ').map((each) => `linux/${each}`),
    tags: tags.split(' '),
    labels: Object.fromEntries(
      labels
        .split('; ')
        .filter(Boolean)
        .map((label) => readLabel(label, name, host)),
    ),
    summary,
  };
}

function readLabel(label: string, name: string, host: string): [string, string] {
  const [key = '', ...value] = label.split('=');
  const written = value.length > 0 ? value.join('=') : impliedValue(key, name, host);
  return [OCI_LABELS.get(key) ?? key, written];
}

function impliedValue(key: string, name: string, host: string): string {
  return key === 'title' ? (name.split('/').at(-1) ?? name) : `${host}/${name}`;
}

/** The record that reading such a repository from a registry gives. */
export function recordOf({ name, types, platforms, tags, labels, summary }: RepositoryLine): RepositoryRecord {
  const entries = tags.map((tag) => tagOf(name, tag, platforms)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const pushedAtMs = Math.max(...entries.map((tag) => tag.pushedAtMs));
  const described = summary === '' ? {} : { 'org.opencontainers.image.description': summary };
  return {
    name,
    title: labels['org.opencontainers.image.title'],
    summary: summary === '' ? undefined : summary,
    labels: { ...labels, ...described },
    isPrivate: false,
    platforms,
    types,
    referrers: [],
    tags: entries,
    pushedAtMs,
    createdAtMs: pushedAtMs,
  };
}

function tagOf(repository: string, tag: string, platforms: readonly string[]): TagEntry {
  const [name = '', day = ''] = tag.split('@');
  const digest = `sha256:${createHash('sha256').update(`${repository}:${name}`).digest('hex')}`;
  return { name, digest, pushedAtMs: Date.parse(`${day}${PUSH_TIME}`), platforms };
}
