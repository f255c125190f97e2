import type { RepositoryRecord, TagEntry } from '../../../src/dynamodb/records/record.ts';
import type { Grant, SearchQuery, Visibility } from '../../../src/search/api.ts';
import { fold } from '../../../src/search/fold.ts';
import {
  ARTIFACT,
  type Condition,
  type PlatformPattern,
  type Query,
  type Spelling,
  type TagClause,
  type TagName,
} from '../../../src/search/query/query.ts';
import type { Sort } from '../../../src/search/query/sort.ts';
import { ALL } from './search-queries.ts';
import { searchRecord } from './search-records.ts';

/** A source of chance that a number decides. */
export interface Chance {
  /** A whole number below `end`. */
  below(end: number): number;
  /** True once in so many times. */
  once(times: number): boolean;
  pick<T>(from: readonly [T, ...T[]]): T;
  /** From `least` to `most` values. */
  some<T>(least: number, most: number, make: () => T): T[];
}

export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const below = (end: number) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  };
  return {
    below,
    once: (times) => below(times) === 0,
    pick: (from) => from[below(from.length)] ?? from[0],
    some: (least, most, make) => Array.from({ length: least + below(most - least + 1) }, make),
  };
}

const LETTERS = ['a', 'b', 'aa', 'ab', 'ba', 'abab', 'b1', 'aab'] as const;
const SEPARATORS = ['-', '.', '_', '__', '--'] as const;
const TEXT_PARTS = [
  'a',
  'A',
  'b',
  'Ab',
  'aa',
  'e',
  'é',
  'É',
  'E\u0301',
  'ê',
  'i',
  'ı',
  'İ',
  'Σ',
  'ς',
  'K',
  'ss',
  'ß',
  'ﬁ',
  'Ł',
  'Ａ',
  'が',
  '\u0301',
  '\u200b',
  '–',
  '日本',
  '😀',
  '\ud83d',
  ' ',
  '-',
  '/',
  '%',
  '. ',
] as const;
const BASES = ['a', 'b', 'aa', 'a/b', 'ab', 'library/a', 'm/docker.io/a', 'b1/a'] as const;
const KEYS = ['a', 'team', 'a.b', 'É', 'Team', 'image.source', 'a.url'] as const;
const PLATFORM_LISTS: readonly [readonly string[], ...(readonly string[])[]] = [
  [],
  ['linux/amd64'],
  ['linux/amd64', 'linux/arm/v7'],
  ['linux/amd64', 'linux/arm64/v8', 'windows/amd64'],
  ['linux/arm/v6', 'linux/arm/v7'],
  ['linux/ARM64'],
  ['windows/amd64'],
];
const TAGS = ['latest', 'v1', 'v1.2', 'V1', 'a', 'é', '1-a', '1.2_b', '1', '12', 'A.b', 'Latest-1'] as const;
/** What means tags, or kinds of things. */
const WORDS = ['latest', 'v1', '1', '1.2', '1.2+b', 'a.b', 'image', 'chart', 'helm', 'x'] as const;
const HEX = ['abcdef0123', 'abcdef0124', 'abce000000', '0000000000'] as const;
const REFERRERS = ['signature', 'sbom', 'attestation'] as const;
const TYPES = ['image', 'helm', 'application/vnd.A+json'] as const;

function randomName(chance: Chance): string {
  if (chance.once(60)) return `a/${'b'.repeat(253)}`;
  const component = () => chance.some(1, 2, () => chance.pick(LETTERS)).join(chance.pick(SEPARATORS));
  const name = chance.some(1, 3, component).join('/');
  return chance.once(6) ? `${chance.pick(['docker.io', 'm/docker.io', 'm/x.y', 'library', 'legacy'])}/${name}` : name;
}

/** What an image is built on, and other labels that say something of how much people rely on it. */
function randomMarks(chance: Chance, name: string): Record<string, string> {
  const reference = `${chance.pick(['', 'docker.io/', 'x.y/', 'index.docker.io/', 'x:5000/', 'x/library/'])}${chance.pick(BASES)}`;
  const base = {
    'org.opencontainers.image.base.name': reference + chance.pick(['', ':1', ':v1@sha256:00', '@sha256:00']),
  };
  const mark = { 'com.acme.deprecated': chance.pick(['true', 'false']) };
  const project = chance.pick([name, name.split('/')[0] ?? '', `acme/${name}`, randomName(chance)]);
  const source = {
    [`org.opencontainers.image.${chance.pick(['source', 'source', 'url'])}`]: `${chance.pick(['https://git.x.y/', 'git@x.y:', ''])}${project}${chance.pick(['', '.git', '/-/tree/main'])}`,
  };
  return { ...(chance.once(2) ? base : {}), ...(chance.once(12) ? mark : {}), ...(chance.once(4) ? source : {}) };
}

function randomText(chance: Chance): string | undefined {
  return chance.once(3) ? undefined : chance.some(0, 6, () => chance.pick(TEXT_PARTS)).join('');
}

/** About the borders of the units in which the engine looks at times first. */
const TIMES_MS = [0, 1, 2_047, 2_048, 4_096, 4_097, 9_000] as const;

function randomTag(chance: Chance): Omit<TagEntry, 'name'> {
  const algorithm = chance.once(6) ? 'sha512' : 'sha256';
  return {
    digest: `${algorithm}:${chance.pick(HEX)}${chance.pick(HEX)}${'0'.repeat(chance.pick([44, 20]))}`,
    pushedAtMs: chance.once(8) ? chance.pick([2 ** 40, Date.UTC(9999, 11, 31)]) : chance.pick(TIMES_MS),
    platforms: chance.once(4) ? undefined : [...chance.pick(PLATFORM_LISTS)],
  };
}

export function randomRecord(chance: Chance): RepositoryRecord {
  const tagNames = [...new Set(chance.some(0, 4, () => chance.pick(TAGS)))];
  const name = randomName(chance);
  return searchRecord(name, {
    title: randomText(chance),
    summary: chance.once(20) ? 'DEPRECATED: a' : randomText(chance),
    labels: {
      ...Object.fromEntries(chance.some(0, 2, () => [chance.pick(KEYS), randomText(chance) ?? 'core'])),
      ...randomMarks(chance, name),
    },
    isPrivate: chance.once(4),
    platforms: [...chance.pick(PLATFORM_LISTS)],
    types: [...new Set(chance.some(0, 2, () => chance.pick(TYPES)))],
    referrers: [...new Set(chance.some(0, 2, () => chance.pick(REFERRERS)))],
    tags: tagNames.map((name) => ({ name, ...randomTag(chance) })),
    pushedAtMs: chance.below(4),
  });
}

function randomTerm(chance: Chance): string {
  if (chance.once(8)) return chance.pick(WORDS);
  const parts = () =>
    chance.once(4) ? chance.pick(TEXT_PARTS) : chance.once(3) ? chance.pick(['-', '/', '.']) : chance.pick(LETTERS);
  return fold(chance.some(1, 3, parts).join('')) || 'a';
}

function randomPlatform(chance: Chance): PlatformPattern {
  const os = chance.pick(['linux', 'windows'] as const);
  const arch = chance.pick(['amd64', 'arm', 'arm/v7', 'arm64', 'riscv64'] as const);
  if (chance.once(3)) return { os, arch };
  return chance.once(2) ? { os, arch: undefined } : { os: undefined, arch };
}

function randomTagName(chance: Chance): TagName {
  if (chance.once(3)) return { text: chance.pick(['*1', 'v*2', 'v?', '*', '*a*e*', 'l*t']), match: 'glob' };
  return { text: chance.pick(TAGS), match: chance.pick(['exact', 'prefix'] as const) };
}

function randomClause(chance: Chance): TagClause {
  const names = chance.some(1, 2, () => randomTagName(chance));
  const clause = {
    names: chance.once(2) ? names : [],
    platforms: chance.some(0, 2, () => chance.some(1, 2, () => randomPlatform(chance))),
    fromMs: chance.once(3) ? chance.pick(TIMES_MS) : undefined,
    beforeMs: chance.once(3) ? chance.pick(TIMES_MS) : undefined,
  };
  const isEmpty =
    clause.names.length === 0 && clause.platforms.length === 0 && (clause.fromMs ?? clause.beforeMs) === undefined;
  return isEmpty ? { ...clause, names } : clause;
}

/** A name and platforms that many have on one tag, and perhaps bounds in time. */
export function randomTagCondition(chance: Chance): Condition {
  const names = [{ text: chance.pick(['latest', 'v1', 'v']), match: 'prefix' } as const];
  const platforms = [[{ os: chance.pick(['linux', 'windows'] as const), arch: undefined }]];
  return { kind: 'tag', clause: { ...randomClause(chance), names, platforms } };
}

function randomFilter(chance: Chance): Condition {
  if (chance.once(6)) return { kind: 'any', of: chance.some(2, 3, () => randomPlainFilter(chance)) };
  return chance.once(3) ? { kind: 'tag', clause: randomClause(chance) } : randomPlainFilter(chance);
}

function randomPlainFilter(chance: Chance): Condition {
  const makers: readonly [() => Condition, ...(() => Condition)[]] = [
    () => ({ kind: 'name', path: chance.some(1, 2, () => chance.pick(LETTERS)).join(chance.pick(['/', '-'])) }),
    () => ({ kind: 'namespace', namespace: chance.some(1, 2, () => chance.pick(LETTERS)).join('/') }),
    () => ({ kind: 'namespace', namespace: chance.some(1, 2, () => chance.pick(['*', 'a*', '*b', 'a'])).join('/') }),
    () => ({
      kind: 'type',
      type: chance.once(3) ? chance.pick([ARTIFACT, 'vnd', 'json', 'vn']) : fold(chance.pick(TYPES)),
    }),
    () => ({ kind: 'label', key: fold(chance.pick(KEYS)), value: chance.pick(['c*', '*a*', '*e']), isGlob: true }),
    () => ({
      kind: 'label',
      key: fold(chance.pick(KEYS)),
      value: chance.once(2) ? undefined : fold(randomText(chance) ?? 'Core'),
    }),
    () => ({ kind: 'referrer', referrer: chance.pick(REFERRERS) }),
    () => ({
      kind: 'digest',
      digest: `${chance.pick(['sha256', 'sha512'] as const)}:${chance.pick(HEX)}${chance.pick(HEX)}`.slice(
        0,
        15 + chance.below(13),
      ),
    }),
  ];
  return chance.pick(makers)();
}

function randomPattern(chance: Chance): string {
  const parts = chance.some(1, 3, () => chance.pick(LETTERS));
  const wild = () => chance.pick(['*', '?', '-*', '*/', '??', '*?'] as const);
  const text = parts.slice(1).reduce((sum: string, part) => sum + wild() + part, `${parts[0]}`);
  return chance.once(3) ? `${text}?` : text;
}

function randomSpelling(chance: Chance): Spelling {
  return {
    kind: chance.pick(['word', 'nameRun', 'textRun'] as const),
    letters: chance.some(1, 3, () => chance.pick(LETTERS)).join(''),
  };
}

function randomTextCondition(chance: Chance): Condition {
  const text = randomTerm(chance);
  if (chance.once(8)) return { kind: 'pattern', text: randomPattern(chance) };
  if (chance.once(4)) return { kind: 'spelled', text, as: chance.some(1, 2, () => randomSpelling(chance)) };
  return { kind: 'text', text };
}

export function randomQuery(chance: Chance): Query {
  const texts = chance.some(0, chance.once(5) ? 6 : 2, () => randomTextCondition(chance));
  const filters = chance.once(2) ? chance.some(1, 2, () => randomFilter(chance)) : [];
  const tagged = filters.findIndex(({ kind }) => kind === 'tag');
  const once = filters.filter(({ kind }, i) => kind !== 'tag' || i === tagged);
  const excluded = (): Condition => (chance.once(2) ? randomFilter(chance) : randomTextCondition(chance));
  return { all: [...texts, ...once], none: chance.once(4) ? chance.some(1, 2, excluded) : [] };
}

const PATTERNS = ['**', '*', 'a/**', 'a*', '**b', 'a/*', '*/*', 'b', '*a*/**', 'ab-?/**', '**-**'] as const;

function randomGrant(chance: Chance): Grant {
  const names = chance.once(3) ? undefined : chance.some(0, 2, () => chance.pick(PATTERNS));
  const except = chance.once(2) ? chance.some(0, 2, () => chance.pick(PATTERNS)) : undefined;
  return { names, except, showPrivate: chance.once(2) };
}

export function randomVisibility(chance: Chance): Visibility {
  if (chance.once(2)) return ALL;
  return chance.some(0, 2, () => randomGrant(chance));
}

function randomSort(chance: Chance): Sort {
  return { by: chance.pick(['relevance', 'relevance', 'name', 'pushed'] as const), reverse: chance.once(3) };
}

export function randomSearch(chance: Chance): SearchQuery {
  return {
    query: randomQuery(chance),
    sort: randomSort(chance),
    start: { kind: 'offset', offset: chance.once(3) ? chance.below(6) : 0 },
    limit: 1 + chance.below(chance.once(4) ? 40 : 4),
    prefer: chance.once(3) ? 'images' : undefined,
    visibility: randomVisibility(chance),
  };
}
