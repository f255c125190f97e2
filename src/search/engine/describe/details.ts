import type { Details, Hit, Show } from '../../api.ts';
import type { InvertedIndex } from '../index/inverted-index.ts';
import { labelKeyOf, labelValueOf } from '../index/label-text.ts';
import { createDigestTest, isRepresentativeAt, TAG_WORDS, tagDigestTextAt, tagNameAt } from '../index/tag-store.ts';
import { decode } from '../structures/bytes.ts';

/** A live doc as a hit, with what is to be shown of it. */
export function showHit(index: InvertedIndex, doc: number, show: Show | undefined): Hit {
  const hit = index.repositories.hitOf(doc);
  switch (show?.kind) {
    case undefined:
      return hit;
    case 'details':
      return { ...hit, details: detailsOf(index, doc) };
    case 'digest':
      return { ...hit, tags: tagsOfDigest(index, doc, show.digest) };
  }
}

/** All that the index holds of a live doc, without the list of its tags. */
export function detailsOf(index: InvertedIndex, doc: number): Details {
  const { repositories } = index;
  return {
    ...repositories.attributesOf(doc),
    title: repositories.titleOf(doc),
    summary: repositories.summaryOf(doc),
    labels: labelsOf(index, doc),
    pushedAtMs: repositories.pushedAtOf(doc),
    tag: representativeOf(index, doc),
    tagCount: repositories.tagCountOf(doc),
  };
}

/** As they were written. */
function labelsOf({ repositories, labels, writtenLabels }: InvertedIndex, doc: number): Record<string, string> {
  const texts = repositories.labelIdsOf(doc).map(({ folded, written }) => {
    return written === undefined ? labels.names.at(folded) : writtenLabels.at(written);
  });
  return Object.fromEntries(texts.map((text) => [decode(labelKeyOf(text)), decode(labelValueOf(text))]));
}

function representativeOf({ repositories, tagNames, tagAttributeSets }: InvertedIndex, doc: number): Details['tag'] {
  const { memory, start, end } = repositories.tagsOf(doc);
  for (let tag = start; tag < end; tag += TAG_WORDS) {
    if (!isRepresentativeAt(memory, tag)) continue;
    return {
      name: tagNames.names.textAt(tagNameAt(memory, tag)),
      digest: tagDigestTextAt(memory, tag, tagAttributeSets),
    };
  }
  return undefined;
}

function tagsOfDigest(index: InvertedIndex, doc: number, digest: string): string[] {
  const { memory, start, end } = index.repositories.tagsOf(doc);
  const isOfDigest = createDigestTest(index, digest);
  const names: string[] = [];
  for (let tag = start; tag < end; tag += TAG_WORDS) {
    if (isOfDigest(memory, tag)) names.push(index.tagNames.names.textAt(tagNameAt(memory, tag)));
  }
  return names;
}
