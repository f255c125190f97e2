import { createRandom, type Random } from '../../support/random.ts';

/** A query as a person types it. */
export type QueryText = string;

export interface QueryClass {
  readonly name: string;
  /** Different ones; filters are in a class of their own because nothing else here knows them. */
  readonly queries: readonly QueryText[];
}

const EACH = 100;
const ALPHABET = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
const COMMON = [
  'service',
  'api',
  'web',
  'server',
  'worker',
  'auth',
  'gateway',
  'payments',
  'image',
  'data',
  'registry',
  'proxy',
] as const;

/** A class by itself: see `mixMs`. */
export const NOTHING_FOUND = 'nothing found';

/** The classes of plain queries over these names; everything about them is the same in every run. */
export function plainClasses(names: readonly string[]): QueryClass[] {
  const random = createRandom(7);
  const some = (make: (name: string) => string | undefined) =>
    distinct(EACH, () => make(names[random.below(names.length)] ?? ''));
  return [
    { name: 'exact name', queries: some((name) => name) },
    { name: 'last component', queries: some((name) => name.split('/').at(-1)) },
    { name: '3-character prefix', queries: some((name) => wordOf(random, name, 4)?.slice(0, 3)) },
    { name: 'common word', queries: COMMON },
    { name: 'rare, inside a word', queries: some((name) => wordOf(random, name, 7)?.slice(1, 6)) },
    { name: '1 character', queries: ALPHABET },
    { name: '2 characters', queries: some((name) => sliceOf(random, name, 2)) },
    { name: 'two words', queries: some((name) => twoWords(name)) },
    { name: 'two common words', queries: distinct(60, () => `${random.pick(COMMON)} ${random.pick(COMMON)}`) },
    { name: 'across separators', queries: some((name) => acrossSlash(random, name)) },
    { name: NOTHING_FOUND, queries: some((name) => wordOf(random, name, 4)?.concat('qxz')) },
  ];
}

const SENTENCES = [
  'api gateway service',
  'payments service image latest',
  'web api server data proxy',
  'service worker queue data auth registry',
  'a e i o',
];

/** Classes that only the query language has. */
export function filterClasses(digests: readonly string[]): QueryClass[] {
  return [
    {
      name: 'typo',
      queries: ['servcie', 'gatway', 'pyaments', 'promtheus', 'registri', 'inferense', 'dashbord', 'schedular'],
    },
    {
      name: 'version word',
      queries: [
        'latest',
        '2',
        '1',
        '2.7',
        'v2.7.3',
        '3.11',
        'service 2',
        'api v2.7',
        'gateway latest',
        'postgres 1.16',
      ],
    },
    { name: 'three to six words', queries: SENTENCES },
    { name: 'tag', queries: Array.from({ length: 20 }, (_, at) => `tag:v2.${at}.3`) },
    {
      name: 'platform and tag',
      queries: ['arch:arm64 tag:latest', 'os:windows tag:latest payments', 'arch:arm64 os:linux api'],
    },
    {
      name: 'label',
      queries: ['label:env=prod', 'label:team=fraud', 'label:licenses=MIT gateway', 'label:env -label:env=dev'],
    },
    { name: 'digest', queries: digests.flatMap((digest) => [`digest:${digest}`, `digest:${digest.slice(0, 19)}`]) },
    {
      name: 'type, signature, namespace',
      queries: ['type:helm chart', 'signed:yes web', 'ns:team-payments', 'ns:mirror/api signed:no'],
    },
    { name: 'pushed', queries: ['pushed:<30d', 'pushed:>1y api', 'pushed:>2026-01-01 arch:arm64'] },
    { name: 'excluded', queries: ['service -api', 'web -server -worker', '-a', '-service -type:image'] },
  ];
}

/** Words that names have, with other separators or none between them. */
export function relaxedSeparatorsClass(names: readonly string[]): QueryClass {
  const random = createRandom(13);
  const queries = distinct(EACH, () => otherSeparators(random, names[random.below(names.length)] ?? ''));
  return { name: 'relaxed separators', queries };
}

/** What people paste: some of it as the registry has it, some without the tag, some of another registry. */
export function referenceClass(names: readonly string[]): QueryClass {
  const random = createRandom(11);
  const forms: readonly ((name: string, last: string) => string)[] = [
    (name) => `${name}:latest`,
    (name) => `registry.acme.example:5000/${name}:latest`,
    (name) => `${name}:no-such-tag`,
    (name) => `docker run -it --rm -p 8080:80 registry.acme.example/${name}:latest sh`,
    (name) => `https://registry.acme.example/v2/${name}/manifests/latest`,
    (_name, last) => `${last}:latest`,
    (_name, last) => `docker.io/library/${last}:latest`,
    (_name, last) => `quay.io/nobody/${last}:v2.1.1`,
    (name) => `ghcr.io/nobody/${name.replaceAll('/', '-')}qx:1`,
  ];
  const queries = distinct(EACH, () => {
    const name = names[random.below(names.length)] ?? '';
    return forms[random.below(forms.length)]?.(name, name.slice(name.lastIndexOf('/') + 1));
  });
  return { name: 'reference', queries };
}

function distinct(count: number, make: () => string | undefined): string[] {
  const found = new Set<string>();
  for (let tries = 0; found.size < count && tries < count * 100; tries += 1) {
    const made = make();
    if (made) found.add(made);
  }
  return [...found];
}

function wordsOf(name: string, length: number): string[] {
  return name.split(/[^a-z0-9]+/).filter((word) => word.length >= length);
}

function wordOf(random: Random, name: string, length: number): string | undefined {
  const words = wordsOf(name, length);
  return words[random.below(words.length)];
}

function sliceOf(random: Random, name: string, length: number): string | undefined {
  const from = random.below(name.length - length + 1);
  const slice = name.slice(from, from + length);
  // A dash at the beginning would exclude.
  return slice.startsWith('-') ? undefined : slice;
}

function twoWords(name: string): string | undefined {
  const words = wordsOf(name, 3);
  return words.length > 2 ? `${words.at(-1)} ${words[0]}` : undefined;
}

/** From inside a word, over a slash, into the next. */
function acrossSlash(random: Random, name: string): string | undefined {
  const slash = name.indexOf('/', 3);
  return slash === -1 ? undefined : name.slice(slash - 2 - random.below(2), slash + 3 + random.below(3));
}

/** The first words of a last component, with another separator or none between them. */
function otherSeparators(random: Random, name: string): string | undefined {
  const [first, second] = name.slice(name.lastIndexOf('/') + 1).split(/[-_.]/);
  return first && second ? `${first}${random.pick(['', '_', '.', '/'])}${second}` : undefined;
}
