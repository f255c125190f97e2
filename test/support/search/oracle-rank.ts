import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';

/** How many public repositories name a path, or an origin, as their base. */
export function countBases(all: readonly RepositoryRecord[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const record of all) {
    const base = record.isPrivate ? undefined : baseOf(record);
    for (const key of new Set(base ? [base.path, base.origin] : [])) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** What people rely on has more points. */
export function pointsOf(record: RepositoryRecord, bases: ReadonlyMap<string, number>): number {
  const { name, tags } = record;
  const asPath = bases.get(name) ?? 0;
  const asOrigin = bases.get(originOf(name) ?? '') ?? 0;
  const ofBases = 128 * Math.log2(1 + Math.max(asPath, asOrigin));
  const depth = Math.min(7, name.split('/').length - 1);
  const ofSource = isNamedAfterSource(record) ? 256 : 0;
  const points =
    ofBases + ofSource + (128 * tags.length) / (tags.length + 4) - 128 * depth - (isChart(record) ? 384 : 0);
  return -Math.round(-points) - (isMarkedDeprecated(record) ? 4_096 : 0);
}

/** The base image that a record names, if it is another repository. */
function baseOf({ name, labels }: RepositoryRecord) {
  const [, value = ''] = Object.entries(labels).find(([key]) => key === 'org.opencontainers.image.base.name') ?? [];
  if (value === '') return undefined;
  const [whole = ''] = value.toLowerCase().split('@');
  const parts = whole.replace(/:[^:/]*$/, '').split('/');
  const isPulled = parts.length > 1 && /[.:]|^localhost$/.test(parts[0] ?? '');
  const path = (isPulled ? parts.slice(1) : parts).join('/');
  const origin = official(isPulled ? parts.join('/') : `docker.io/${path}`);
  return path === name || origin === originOf(name) ? undefined : { path, origin };
}

/** The sources lie at the path that is the name, or above it, or the name is the end of their path. */
function isNamedAfterSource({ name, labels }: RepositoryRecord): boolean {
  const value = labels['org.opencontainers.image.source'] ?? labels['org.opencontainers.image.url'] ?? '';
  const [, page = ''] = /^(?:[a-z]+:\/\/[^/]*\/|git@[^/:]*:)(.*)$/.exec(value.toLowerCase()) ?? [];
  const path = page.replace(/\/(-|tree)\/.*$/, '').replace(/\.git$/, '');
  return path !== '' && (`${name}/`.startsWith(`${path}/`) || `/${path}`.endsWith(`/${name}`));
}

function originOf(name: string): string | undefined {
  const [, host, rest] = /(?:^|\/)([^/]*\.[^/]*|localhost)\/(.*)$/.exec(name) ?? [];
  if (host !== undefined) return official(`${host}/${rest}`);
  return /(^|\/)library\/[^/]+$/.test(name) ? `docker.io/${name.split('/').slice(-2).join('/')}` : undefined;
}

function official(origin: string): string {
  return origin.replace(/^index\.docker\.io\//, 'docker.io/').replace(/^docker\.io\/([^/]+)$/, 'docker.io/library/$1');
}

function isMarkedDeprecated({ name, summary = '', labels }: RepositoryRecord): boolean {
  const isLabelled = Object.entries(labels).some(([key, value]) => /deprecated$/i.test(key) && value !== 'false');
  return isLabelled || name.includes('legacy') || /^deprecated/i.test(summary);
}

export function isChart({ types }: RepositoryRecord): boolean {
  return types[0] === 'helm';
}
