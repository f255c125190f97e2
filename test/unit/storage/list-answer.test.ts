import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { parseListAnswer } from '../../../src/storage/list-answer.ts';

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
