import type { RepositoryRecord, TagEntry } from '../../../src/dynamodb/records/record.ts';
import { createRandom, type Random, zipf } from '../../support/random.ts';
import { WORDS } from './words.ts';

export const TAGS_EACH = 5;

const NEWEST_MS = Date.UTC(2026, 5, 1);
const THREE_YEARS_MS = 3 * 365 * 24 * 3_600_000;
const TAILS = 8_000;
const SEPARATORS = ['-', '-', '-', '-', '_', '.'] as const;
const PLATFORMS: readonly [readonly string[], ...(readonly string[])[]] = [
  ['linux/amd64'],
  ['linux/amd64', 'linux/arm64'],
  ['linux/arm64/v8'],
  ['windows/amd64'],
];
const ENVIRONMENTS = ['prod', 'staging', 'dev'] as const;
const LICENSES = ['MIT', 'Apache-2.0', 'GPL-3.0'] as const;

/**
 * So many repositories as a large company has them: teams of very different sizes, names of a few common words and a
 * long tail of rare ones, a sentence of text on seven of ten, five tags. The same ones in every run.
 */
export function* corpus(repositories: number): Generator<RepositoryRecord> {
  const random = createRandom(20_260_601);
  const words = createVocabulary(random);
  const teams = Array.from({ length: Math.max(20, Math.floor(repositories / 40)) }, (_, at) => teamName(words, at));
  const team = zipf(random, teams.length, 0.9);
  const seen = new Set<string>();
  while (seen.size < repositories) {
    const name = `${teams[team()]}/${serviceName(words, random)}`;
    if (seen.has(name)) continue;
    seen.add(name);
    yield recordOf(name, { random, words, at: seen.size });
  }
}

type Words = () => string;

/** A word: mostly one that everybody uses, else one of a long tail. */
function createVocabulary(random: Random): Words {
  const tail = Array.from({ length: TAILS }, () => syllables(random));
  const common = zipf(random, WORDS.length, 0.85);
  const rare = zipf(random, TAILS, 0.7);
  return () => (random.next() < 0.8 ? WORDS[common()] : tail[rare()]) ?? 'service';
}

function syllables(random: Random): string {
  const syllable = () =>
    random.pick([
      'ba',
      'cor',
      'del',
      'fi',
      'gra',
      'hel',
      'in',
      'jo',
      'kra',
      'lum',
      'mor',
      'nex',
      'opt',
      'pri',
      'quo',
      'rin',
      'sol',
      'tur',
      'um',
      'ver',
      'wex',
      'yon',
      'zet',
    ]);
  return Array.from({ length: 2 + random.below(3) }, syllable).join('');
}

function teamName(words: Words, at: number): string {
  const forms = [`team-${words()}`, `${words()}-team`, `org${at % 400}/${words()}`, `mirror/${words()}`, words()];
  return `${forms[at % forms.length]}${at < 200 ? '' : `-${at}`}`;
}

function serviceName(words: Words, random: Random): string {
  const parts = Array.from({ length: 1 + random.below(3) }, words);
  const joined = parts.reduce((name, part) => `${name}${random.pick(SEPARATORS)}${part}`);
  const folder = random.next() < 0.4 ? `${words()}/` : '';
  const ending = random.next() < 0.3 ? `-${random.next() < 0.5 ? `v${random.below(9)}` : random.below(100_000)}` : '';
  return `${folder}${joined}${ending}`;
}

interface RecordParts {
  readonly random: Random;
  readonly words: Words;
  readonly at: number;
}

function recordOf(name: string, { random, words, at }: RecordParts): RepositoryRecord {
  const pushedAtMs = NEWEST_MS - Math.floor(random.next() ** 3 * THREE_YEARS_MS);
  const sentence = () => Array.from({ length: 4 + random.below(8) }, words).join(' ');
  const labels = { env: random.pick(ENVIRONMENTS), licenses: random.pick(LICENSES), team: words() };
  return {
    name,
    title: random.next() < 0.2 ? words() : undefined,
    summary: random.next() < 0.7 ? sentence() : undefined,
    labels: random.next() < 0.5 ? labels : {},
    isPrivate: false,
    platforms: random.pick(PLATFORMS),
    types: [at % 20 === 0 ? 'helm' : 'image'],
    referrers: at % 7 === 0 ? ['signature'] : [],
    tags: Array.from({ length: TAGS_EACH }, (_, tag) => tagOf(random, { at, tag, pushedAtMs })).sort(byName),
    pushedAtMs,
    createdAtMs: pushedAtMs - 60_000,
  };
}

interface TagParts {
  readonly at: number;
  readonly tag: number;
  readonly pushedAtMs: number;
}

/** Every tag of a repository has another name and an image of its own. */
function tagOf(random: Random, { at, tag, pushedAtMs }: TagParts): TagEntry {
  const name = tag === 0 ? 'latest' : `v${tag}.${random.below(20)}.${random.below(10)}`;
  return {
    name,
    digest: digestOf(at * TAGS_EACH + tag),
    pushedAtMs: pushedAtMs - tag * 86_400_000,
    platforms: random.pick(PLATFORMS),
  };
}

/**
 * The same with the size of every tag and when it was built, as an indexer reads them: some megabytes to some
 * gigabytes, mostly pushed when it was built, else within days.
 */
export function withImages(record: RepositoryRecord): RepositoryRecord {
  const random = createRandom(record.pushedAtMs);
  const imageOf = ({ pushedAtMs }: TagEntry) => {
    const ageMs = random.next() < 0.8 ? random.below(30) * 60_000 : random.below(30) * 86_400_000;
    return { sizeBytes: Math.floor(4e6 * 2 ** (random.next() * 9)), createdAtMs: pushedAtMs - ageMs };
  };
  return { ...record, tags: record.tags.map((tag) => ({ ...tag, ...imageOf(tag) })) };
}

/** 64 digits that are spread as those of real digests are, at a fraction of what hashing costs. */
export function digestOf(number: number): string {
  const random = createRandom(number * 2_654_435_761);
  const part = () =>
    Math.floor(random.next() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return `sha256:${Array.from({ length: 8 }, part).join('')}`;
}

function byName(a: TagEntry, b: TagEntry): number {
  return a.name < b.name ? -1 : 1;
}

/** A repository after a push: its first tag is another image. */
export function pushTo(record: RepositoryRecord, at: number): RepositoryRecord {
  const pushedAtMs = Date.now();
  const [tag, ...others] = record.tags;
  const tags = tag ? [{ ...tag, digest: digestOf(-1 - at), pushedAtMs }, ...others] : [];
  return { ...record, tags, pushedAtMs };
}
