import { printable } from '../telemetry/untrusted-text.ts';
import { DIFFERENCE_KINDS, type Difference, type DifferenceKind } from './compare.ts';
import type { Verification } from './verify.ts';

/** A verdict, and what the index was compared with, as people call it. */
export interface Report extends Verification {
  readonly comparedWith: string;
}

const MAX_LENGTH = 500;

const WORDS: Readonly<Record<DifferenceKind, readonly [one: string, more: string]>> = {
  MissingRepository: ['missing repository', 'missing repositories'],
  ExtraRepository: ['extra repository', 'extra repositories'],
  MissingTag: ['missing tag', 'missing tags'],
  ExtraTag: ['extra tag', 'extra tags'],
  OtherDigest: ['other digest', 'other digests'],
};

/** A line for each difference, and one that counts them. */
export function asText({ differences, comparedWith, ...counted }: Report): string {
  const lines = differences.map((each) => printable(lineOf(each), MAX_LENGTH));
  const { repositories, tags, unresolved } = counted;
  const compared = `compared ${count(repositories, 'repository', 'repositories')} and ${count(tags, 'tag', 'tags')}`;
  const left = unresolved === 0 ? '' : `, without ${count(unresolved, 'tag', 'tags')} that cannot be resolved there`;
  const found = DIFFERENCE_KINDS.flatMap((kind) => {
    const times = differences.filter((each) => each.kind === kind).length;
    return times === 0 ? [] : [count(times, ...WORDS[kind])];
  });
  const result = found.length === 0 ? 'the index is equal' : `the index differs: ${found.join(', ')}`;
  return `${[...lines, `${compared} with ${comparedWith}${left}; ${result}`].join('\n')}\n`;
}

/** One object: `{comparedWith, repositories, tags, unresolved, equal, counts: {<kind>: n}, differences: […]}`. */
export function asJson({ differences, ...rest }: Report): string {
  const kinds = DIFFERENCE_KINDS.map((kind) => [kind, differences.filter((each) => each.kind === kind).length]);
  const counts: unknown = Object.fromEntries(kinds);
  return `${JSON.stringify({ ...rest, equal: differences.length === 0, counts, differences }, null, 2)}\n`;
}

function lineOf(difference: Difference): string {
  const [word] = WORDS[difference.kind];
  const start = `${word.padEnd(18)}  ${difference.repository}`;
  switch (difference.kind) {
    case 'MissingRepository':
      return `${start}  has ${count(difference.tags, 'tag', 'tags')} there`;
    case 'ExtraRepository':
      return `${start}  has ${count(difference.tags, 'tag', 'tags')} in the index alone`;
    case 'MissingTag':
    case 'ExtraTag':
      return `${start}:${difference.tag}  ${difference.digest}`;
    case 'OtherDigest':
      return `${start}:${difference.tag}  index ${difference.indexed}, there ${difference.actual}`;
  }
}

function count(n: number, one: string, more: string): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : more}`;
}
