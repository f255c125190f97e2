import type { Condition } from '../../query/query.ts';
import type { InvertedIndex } from '../index/inverted-index.ts';
import { digestList } from '../index/tag-postings.ts';
import {
  algorithmOf,
  DIGEST_WORDS,
  digestMasks,
  digestWords,
  hexOf,
  type IsTag,
  tagDigestAt,
  tagKindAt,
} from '../index/tag-store.ts';
import { done } from '../structures/scheduler.ts';
import type { Matcher } from './matcher.ts';
import { hasTag, verifyTags } from './tags/tag-scan.ts';

export function createDigestMatcher(index: InvertedIndex, { digest }: Extract<Condition, { kind: 'digest' }>): Matcher {
  const { repositories, byDigest, tagKinds } = index;
  const algorithm = algorithmOf(digest);
  const words = digestWords(hexOf(digest));
  const masks = digestMasks(hexOf(digest).length);
  const isTag: IsTag = (row, tag) => {
    for (let word = 0; word < DIGEST_WORDS; word += 1) {
      if ((tagDigestAt(row, tag, word) & (masks[word] ?? 0)) >>> 0 !== words[word]) return false;
    }
    return tagKinds.at(tagKindAt(row, tag))?.algorithm === algorithm;
  };
  const list = digestList(words[0] ?? 0);
  return {
    maxDocs: () => done(byDigest.count(list)),
    collect(target) {
      const candidates = byDigest.docs(list);
      return verifyTags(repositories, { candidates, matches: (tags) => hasTag(tags, isTag) }, target);
    },
    matches: (doc) => hasTag(repositories.tagsOf(doc), isTag),
  };
}
