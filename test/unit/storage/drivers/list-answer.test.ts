import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseListAnswer } from '../../../../src/storage/drivers/list-answer.ts';
import { codePoint } from '../../../support/code-point.ts';
import { createRandom } from '../../../support/random.ts';
import { asEntities, type Dress, listAnswer, listingOf, mutated } from '../../../support/registry/list-answers.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const PAGES = 100;
const PAGE_CHARACTERS = 500_000;

test('a key that is kept does not keep the listing that it is from', () => {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const keys = Array.from({ length: PAGES }, (_, at) =>
    firstKeyOf(pageWith(`docker/registry/v2/repositories/app${at}`)),
  );
  collectGarbage();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan((PAGES * PAGE_CHARACTERS) / 4);
  expect(new Set(keys).size).toBe(PAGES);
});

function pageWith(key: string): string {
  const padding = '<Contents><Key>other</Key></Contents>'.padEnd(PAGE_CHARACTERS, '\n');
  const contents = `<Contents><Key>${key}</Key></Contents>${padding}`;
  // Through bytes, as an answer comes: a text that was put together would be no whole.
  return Buffer.from(`<ListBucketResult><IsTruncated>false</IsTruncated>${contents}</ListBucketResult>`).toString();
}

function firstKeyOf(xml: string): string | undefined {
  const answer = parseListAnswer(xml);
  return answer.kind === 'page' ? answer.page.objects[0]?.key : undefined;
}

const inRoot = (inside: string) => `<ListBucketResult>${inside}</ListBucketResult>`;
const keysOf = (inside: string) => {
  const answer = parseListAnswer(inRoot(inside));
  return answer.kind === 'page' ? answer.page.objects.map(({ key }) => key) : answer.kind;
};
const oneKey = (key: string) => `<Contents><Key>${key}</Key></Contents>`;

describe('an answer', () => {
  const key = fc.string({ unit: codePoint, minLength: 1, maxLength: 40 }).filter((text) => text.isWellFormed());
  const listing = fc.record({
    objects: fc.array(
      fc.record({
        key,
        size: fc.nat(),
        etag: fc.option(fc.stringMatching(/^[0-9a-f]{32}$/), { nil: undefined }),
        lastModifiedMs: fc.integer({ min: 1, max: 4e12 }),
      }),
      { maxLength: 5 },
    ),
    commonPrefixes: fc.array(key, { maxLength: 3 }),
    continuationToken: fc.option(
      key.map((text) => `t${text.replaceAll(/\s/g, '')}`),
      { nil: undefined },
    ),
  });
  const inHexadecimals = (text: string) =>
    text.replaceAll(/[&<>"]/g, (char) => `&#x${char.charCodeAt(0).toString(16)};`);
  const inDecimals = (text: string) => text.replaceAll(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
  const inData = (text: string) => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
  const dress: fc.Arbitrary<Dress> = fc.record({
    prefix: fc.constantFrom('', 's3:', 'ns0:'),
    blank: fc.constantFrom('', '\n  ', '<!-- > -->', '<?pi >?>'),
    attributes: fc.constantFrom('', ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"', ' a=\'>\' b="/>"', '\n'),
    isEncoded: fc.boolean(),
    text: fc.constantFrom(asEntities, inHexadecimals, inDecimals, inData),
    headLast: fc.boolean(),
  });

  test('says the same in whatever XML it is written', () => {
    fc.assert(
      fc.property(listing, dress, (page, how) => {
        const blanks = how.blank ?? '';
        const answer = parseListAnswer(listAnswer(page, { ...how, blank: '' }));
        expect(answer).toMatchObject({ kind: 'page', page });
        const spaced = parseListAnswer(listAnswer(page, { ...how, blank: blanks }));
        expect(spaced).toEqual(answer);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['a byte order mark before it', `\ufeff${inRoot(oneKey('a'))}`],
    ['blanks and a comment behind it', `${inRoot(oneKey('a'))}\n<!-- end -->\n`],
    ['elements that nobody knows', inRoot(`<X><Key>no</Key></X>${oneKey('a')}<Contents2><Key>no</Key></Contents2>`)],
    ['keys deeper than keys are', inRoot(`<Contents><Owner><Key>no</Key></Owner><Key>a</Key></Contents>`)],
    ['an empty element written as one tag', inRoot(`<Prefix/><Marker />${oneKey('a')}`)],
  ])('with %s has its keys', (_, xml) => {
    expect(firstKeyOf(xml)).toBe('a');
  });

  test.each([
    ['beyond Unicode', '&#x110000;'],
    ['that is half of one', '&#xD800;'],
    ['of twenty digits', '&#99999999999999999999;'],
    ['that nobody has defined', '&nbsp;'],
    ['that is a word of JavaScript', '&constructor;'],
    ['without an end', '&amp'],
  ])('with a character %s keeps it as it is written', (_, reference) => {
    expect(keysOf(oneKey(`a${reference}b`))).toEqual([`a${reference}b`]);
  });

  test('is cut off wherever it ends early, and nothing of it is used', () => {
    const xml = listAnswer(listingOf(2));
    for (let end = 0; end < xml.length; end += 1)
      expect(parseListAnswer(xml.slice(0, end))).toEqual({ kind: 'incomplete' });
    expect(parseListAnswer(xml).kind).toBe('page');
  });

  test.each([
    ['an object without a key', inRoot('<Contents><Size>1</Size></Contents>')],
    ['an object with two keys', inRoot('<Contents><Key>a</Key><Key>b</Key></Contents>')],
    ['two continuation tokens', inRoot('<NextContinuationToken>a</NextContinuationToken>'.repeat(2))],
    ['tags that cross', inRoot('<Contents><Key>a</Contents></Key>')],
    ['a tag without a name', inRoot('<Contents>< Key>a</Key></Contents>')],
    ['a text behind the end', `${inRoot('')}a`],
    ['a second listing behind the end', inRoot('') + inRoot('')],
    ['a definition of entities', inRoot('<!DOCTYPE a [<!ENTITY b "c">]>')],
    ['a key longer than any', inRoot(oneKey('a'.repeat(10_000)))],
    ['more keys than any', inRoot(oneKey('a').repeat(10_001))],
    ['elements a hundred deep', inRoot('<a>'.repeat(100) + '</a>'.repeat(100))],
  ])('with %s is malformed', (_, xml) => {
    expect(parseListAnswer(xml)).toEqual({ kind: 'malformed' });
  });

  test.each([
    ['a page of a web server', '<!DOCTYPE html>\n<html><body>Welcome</body></html>'],
    ['another answer of S3', '<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>'],
    ['JSON', '{"keys":[]}'],
    ['plain text', 'no such thing'],
  ])('that is %s is foreign', (_, text) => {
    expect(parseListAnswer(text)).toEqual({ kind: 'foreign' });
  });

  test('that is an error, though it came as a success, is that error', () => {
    const xml = '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>wait</Message></Error>';
    expect(parseListAnswer(xml)).toEqual({ kind: 'error', code: 'SlowDown' });
  });

  test.each([
    ['opens without end', '<Contents>'],
    ['closes without end', '</Contents>'],
    ['has keys without a closing tag', '<Contents><Key>a'],
    ['is all entities', '&amp;'],
    ['is all ampersands', '&'],
    ['is all blanks', ' '],
    ['opens tags that do not end', '<Contents a="'],
    ['begins comments', '<!--'],
    ['begins data', '<![CDATA['],
    ['is all quotes', '"'],
  ])('of eight megabytes that %s is read to its end', (_, piece) => {
    const long = piece.repeat(Math.ceil((8 * 1024 * 1024) / piece.length));
    for (const xml of [long, inRoot(long), inRoot(`<Contents><Key>${long}`), inRoot(`<Contents a="${long}`)])
      expect(['page', 'incomplete', 'malformed', 'foreign']).toContain(parseListAnswer(xml).kind);
  });

  test('in twenty thousand mutations is understood or refused', () => {
    const random = createRandom(2026);
    const xml = listAnswer(listingOf(6));
    const met = new Set<string>();
    for (let left = 20_000; left > 0; left -= 1) {
      const answer = parseListAnswer(mutated(xml, random));
      met.add(answer.kind);
      if (answer.kind === 'page') expect(answer.page.objects.every(({ key }) => typeof key === 'string')).toBe(true);
    }
    expect([...met].sort()).toEqual(['foreign', 'incomplete', 'malformed', 'page']);
  });
});
