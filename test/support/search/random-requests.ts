import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import type { Grant, Visibility } from '../../../src/search/api.ts';
import type { Chance } from './random-search.ts';
import { searchRecord } from './search-records.ts';

const WORDS = [
  'payments',
  'payment',
  'alpine',
  'vault',
  'web',
  'api',
  'web-api',
  'grafana',
  'salary',
  'ledger',
  'nginx',
  'kube',
  'proxy',
  'zebra',
] as const;
const SPACES = ['hr', 'team', 'library', 'team/core', 'hr/pay'] as const;
export const NAME_PATTERNS = [
  '**',
  '*',
  'hr/**',
  'team/*',
  'team/**',
  '**/api',
  '*/web*',
  'library/**',
  '*/*',
  'hr/pay/**',
] as const;
const TAGS = ['latest', 'v1', '1.2', '1.2.3', '2.0.0-rc.1', 'v1-alpine', 'edge'] as const;
const TITLES = ['Payments of the house', 'Salaries, secret', 'A proxy', 'Edge gateway', 'Zebra striping'] as const;
const KEYS = ['team', 'com.acme.owner', 'org.opencontainers.image.version'] as const;
const VALUES = ['core', 'HR', 'payments', '1.2.3'] as const;
const PLATFORM_LISTS: readonly [readonly string[], ...(readonly string[])[]] = [
  ['linux/amd64'],
  ['linux/arm64/v8', 'linux/amd64'],
  ['windows/amd64'],
  [],
];
const TYPES = ['image', 'helm', 'application/vnd.acme.model'] as const;
const HEX = '0123456789abcdef';

/** A repository of few words, so that many queries mean something. */
export function randomRepository(chance: Chance): RepositoryRecord {
  const name = `${chance.once(4) ? '' : `${chance.pick(SPACES)}/`}${chance.pick(WORDS)}${chance.once(4) ? `-${chance.pick(WORDS)}` : ''}`;
  const tags = [...new Set(chance.some(0, 3, () => chance.pick(TAGS)))];
  return searchRecord(name, {
    representative: tags[0],
    title: chance.once(3) ? chance.pick(TITLES) : undefined,
    summary: chance.once(3) ? `${chance.pick(WORDS)} for ${chance.pick(WORDS)}` : undefined,
    labels: Object.fromEntries(chance.some(0, 2, () => [chance.pick(KEYS), chance.pick(VALUES)])),
    isPrivate: chance.once(6),
    types: [chance.pick(TYPES)],
    platforms: [...chance.pick(PLATFORM_LISTS)],
    referrers: chance.once(3) ? [chance.pick(['signature', 'sbom'] as const)] : [],
    tags: tags.map((tag) => ({
      name: tag,
      digest: `sha256:${randomDigits(chance, 64)}`,
      pushedAtMs: chance.below(9) * 86_400_000,
      platforms: chance.once(2) ? undefined : [...chance.pick(PLATFORM_LISTS)],
      chart: chance.once(2) ? { name: chance.pick(WORDS), version: tag } : undefined,
    })),
    pushedAtMs: chance.below(9) * 86_400_000,
  });
}

function randomDigits(chance: Chance, count: number): string {
  return Array.from({ length: count }, () => HEX[chance.below(3)]).join('');
}

export function randomGrants(chance: Chance): Visibility {
  return chance.some(0, 3, () => {
    const names = chance.once(4) ? undefined : chance.some(1, 2, () => chance.pick(NAME_PATTERNS));
    const except = chance.once(3) ? chance.some(1, 2, () => chance.pick(NAME_PATTERNS)) : undefined;
    return { names, except, showPrivate: chance.once(2) } satisfies Grant;
  });
}

/** What people type: words, parts and misspellings of them, filters, references and whole command lines. */
export function randomText(chance: Chance, records: readonly RepositoryRecord[]): string {
  const { name = 'web', tags = [] } = records[chance.below(records.length + 1)] ?? {};
  const tag = tags[0];
  const word = chance.once(2) ? chance.pick(WORDS) : name;
  const at = chance.below(word.length);
  const forms: readonly [() => string, ...(() => string)[]] = [
    () => word,
    () => word.slice(0, 1 + at),
    () => word.slice(at),
    () => word.slice(0, at) + word.slice(at + 1),
    () => `${word.slice(0, at)}${word.slice(at + 1, at + 2)}${word.slice(at, at + 1)}${word.slice(at + 2)}`,
    () => `${word}s`,
    () => `${word.slice(0, 2)}*`,
    () => `${word} ${chance.pick(WORDS)}`,
    () => `${word} -${chance.pick(WORDS)}`,
    () => `ns:${name.slice(0, Math.max(0, name.lastIndexOf('/'))) || chance.pick(SPACES)}`,
    () => `tag:${tag?.name ?? chance.pick(TAGS)} ${chance.once(2) ? word : ''}`,
    () => `digest:${(tag?.digest ?? `sha256:${randomDigits(chance, 64)}`).slice(0, 20 + chance.below(52))}`,
    () => tag?.digest ?? randomDigits(chance, 12),
    () => `label:${chance.pick(KEYS)}=${chance.pick(VALUES)}`,
    () => `label:${chance.pick(KEYS).slice(0, -1)}`,
    () => `type:${chance.pick(TYPES)} ${chance.once(2) ? word : ''}`,
    () => `arch:${chance.pick(['arm64', 'amd64', 'amd46'] as const)} ${word}`,
    () => `os:${chance.pick(['linux', 'windows', 'lunix'] as const)}`,
    () => `signed:yes ${chance.once(2) ? word : ''}`,
    () => `${name}:${tag?.name ?? chance.pick(TAGS)}`,
    () => `docker pull registry.example.com/${name}:${tag?.name ?? 'latest'}`,
    () => `${name}@${tag?.digest ?? 'sha256:00'}`,
    () => `${word} ${tag?.name ?? chance.pick(TAGS)} amd64`,
    () => '',
  ];
  return chance.pick(forms)();
}

const TAG_SORTS = ['', '&sort=version', '&sort=-version', '&sort=name', '&sort=-pushed'] as const;
const SORTS = ['', '', '&sort=name', '&sort=-name', '&sort=pushed', '&sort=-pushed'] as const;

/** A request of any route whose answer depends on what there is; these records may be hidden or not. */
export function randomUrl(chance: Chance, records: readonly RepositoryRecord[]): string {
  const text = encodeURIComponent(randomText(chance, records));
  const { name: known = chance.pick(WORDS), tags = [] } = records[chance.below(records.length + 1)] ?? {};
  const digest = tags[0]?.digest ?? `sha256:${randomDigits(chance, 64)}`;
  const routes: readonly [() => string, ...(() => string)[]] = [
    () => `/v1/search?q=${text}&n=${chance.below(6)}&page=${1 + chance.below(2)}${chance.pick(SORTS)}`,
    () => `/v1/search?q=${text}${chance.pick(SORTS)}`,
    () => `/v1/search?q=${text}`,
    () => `/v1/suggest?q=${text}&n=${chance.below(5)}`,
    () => `/v1/suggest?q=${encodeURIComponent(known.slice(0, 1 + chance.below(known.length)))}`,
    () => `/v2/_catalog?n=${1 + chance.below(5)}${chance.once(2) ? `&last=${encodeURIComponent(known)}` : ''}`,
    () => '/v1/status',
    () => `/api/v1/search?q=${text}&n=${chance.below(6)}${chance.pick(SORTS)}`,
    () => `/api/v1/facets?q=${text}`,
    () => `/api/v1/facets?q=${text}`,
    () => `/api/v1/repositories/${known}?n=${chance.below(3)}${chance.pick(TAG_SORTS)}`,
    () => `/api/v1/repositories/${known}?tag=${chance.pick(TAGS).slice(0, 2)}`,
    () => `/?q=${text}${chance.pick(SORTS)}`,
    () => `/r/${known}?tags=${chance.pick(TAGS).slice(0, 2)}${chance.pick(TAG_SORTS)}`,
    () => `/d/${digest}`,
    () => `/api/v1/digests/${digest}`,
    () => `/api/v1/digests/${digest.slice(0, 20)}?n=${chance.below(3)}`,
    () => `/api/v1/suggest?q=${text}`,
    () => '/api/v1/stats',
    () => `/helm/index.yaml${chance.once(2) ? '?versions=latest' : ''}`,
    () => `/helm/${chance.once(2) ? chance.pick(SPACES) : known}/index.yaml`,
  ];
  return chance.pick(routes)();
}
