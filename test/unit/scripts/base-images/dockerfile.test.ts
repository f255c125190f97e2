import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findImages, replaceImages } from '../../../../scripts/base-images/dockerfile.ts';

const imagesIn = (text: string) => findImages(text).map(({ image }) => image);

/** The same with every image followed by a mark. */
function mark(text: string): string {
  const images = findImages(text);
  return replaceImages(text, images, new Map(images.map(({ image }) => [image, `${image}@pinned`])));
}

describe('the images of a Dockerfile', () => {
  test.each([
    ['FROM node:24', 'FROM node:24@pinned'],
    ['from node:24 as build', 'from node:24@pinned as build'],
    ['FROM --platform=$BUILDPLATFORM node:24 AS build', 'FROM --platform=$BUILDPLATFORM node:24@pinned AS build'],
    [`ARG BASE=node:24\nFROM \${BASE}`, `ARG BASE=node:24@pinned\nFROM \${BASE}`],
    ['ARG BASE=node:24\nFROM $BASE', 'ARG BASE=node:24@pinned\nFROM $BASE'],
    ['ARG BASE="node:24" OTHER=x\nFROM $BASE', 'ARG BASE="node:24@pinned" OTHER=x\nFROM $BASE'],
    ["ARG BASE='node:24'\nFROM $BASE", "ARG BASE='node:24@pinned'\nFROM $BASE"],
    ['ARG BASE=a:1\nARG BASE=b:2\nFROM $BASE', 'ARG BASE=a:1\nARG BASE=b:2@pinned\nFROM $BASE'],
    ['ARG BASE=a:1\nFROM $BASE\nARG BASE=b:2', 'ARG BASE=a:1@pinned\nFROM $BASE\nARG BASE=b:2'],
    ['ARG BASE=a:1\nFROM $BASE AS x\nFROM $BASE AS y', 'ARG BASE=a:1@pinned\nFROM $BASE AS x\nFROM $BASE AS y'],
    ['FROM a:1 AS build\nFROM build\nFROM BUILD', 'FROM a:1@pinned AS build\nFROM build\nFROM BUILD'],
    ['FROM build\nFROM a:1 AS build', 'FROM build@pinned\nFROM a:1@pinned AS build'],
    ['FROM scratch\nFROM a:1', 'FROM scratch\nFROM a:1@pinned'],
    ['FROM a:1\nCOPY --from=b:2 /x /y', 'FROM a:1@pinned\nCOPY --from=b:2@pinned /x /y'],
    ['FROM a:1 AS one\nCOPY --from=one /x /y', 'FROM a:1@pinned AS one\nCOPY --from=one /x /y'],
    ['FROM a:1\nFROM b:1\nCOPY --from=0 /x /y', 'FROM a:1@pinned\nFROM b:1@pinned\nCOPY --from=0 /x /y'],
    [
      'FROM a:1\nRUN --mount=type=bind,from=b:2,target=/b make',
      'FROM a:1@pinned\nRUN --mount=type=bind,from=b:2@pinned,target=/b make',
    ],
    ['# FROM c:3\nFROM a:1\nRUN <<EOF\nFROM d:4\nEOF', '# FROM c:3\nFROM a:1@pinned\nRUN <<EOF\nFROM d:4\nEOF'],
    ['# escape=`\r\nARG X=a:1\r\nFROM `\r\n  $X AS b\r\n', '# escape=`\r\nARG X=a:1@pinned\r\nFROM `\r\n  $X AS b\r\n'],
    [
      'FROM \\\n  --platform=linux/amd64 \\\n  node:24 \\\n  AS x',
      'FROM \\\n  --platform=linux/amd64 \\\n  node:24@pinned \\\n  AS x',
    ],
    ['FROM é.example.com/a:1\nFROM b:2', 'FROM é.example.com/a:1@pinned\nFROM b:2@pinned'],
  ])('%j become %j', (text, marked) => {
    expect(mark(text)).toBe(marked);
  });

  test('of this project are its two bases', () => {
    const images = imagesIn(readFileSync('Dockerfile', 'utf8'));
    expect(images).toEqual([
      expect.stringMatching(/^node:24-bookworm-slim(@sha256:[0-9a-f]{64})?$/),
      expect.stringMatching(/^gcr\.io\/distroless\/nodejs24-debian12:nonroot(@sha256:[0-9a-f]{64})?$/),
    ]);
  });

  test.each([
    [`FROM node:\${VERSION}`, 'write the whole image there'],
    ['ARG VERSION=24\nFROM node:$VERSION', 'write the whole image there'],
    [`FROM \${BASE}`, 'as the default of one ARG'],
    [`ARG BASE\nFROM \${BASE}`, 'as the default of one ARG'],
    [`FROM \${BASE:-node:24}`, 'as the default of one ARG'],
    ['FROM a:1\nARG BASE=b:2\nFROM $BASE', 'as the default of one ARG'],
    ['ARG HOST=h.io\nARG BASE=$HOST/a:1\nFROM $BASE', 'write the whole image there'],
    ['FROM a:1\nCOPY --from=$OTHER /x /y', 'write the whole image there'],
    ['', 'no FROM'],
    ['FROM', 'no FROM'],
    ['FROM scratch', 'no FROM'],
    ['RUN make', 'no FROM'],
  ])('that cannot be pinned are refused with what to write: %j', (text, words) => {
    expect(() => findImages(text)).toThrow(words);
  });

  test('are found in whatever text without any failure but that refusal, and put back leave it as it was', () => {
    const line = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom(
        'FROM a:1 AS x',
        'FROM x',
        'ARG B=c:2',
        'FROM $B',
        'RUN <<EOF',
        'EOF',
        'COPY --from=d:4 a b',
        '# escape=`',
        'FROM \\',
      ),
    );
    const file = fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(file, (text) => {
        const places = placesOrNone(text);
        expect(replaceImages(text, places, new Map())).toBe(text);
        for (const { image, start, end } of places) expect(text.slice(start, end)).toBe(image);
      }),
    );
  });
});

function placesOrNone(text: string) {
  try {
    return findImages(text);
  } catch (error) {
    expect(error).toMatchObject({ name: 'PinError' });
    return [];
  }
}
