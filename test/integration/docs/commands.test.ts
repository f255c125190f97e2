import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DOCUMENTS, NOT_RUN, reasonNotRun, type ShellLine, shellLinesOf } from '../../support/docs/commands.ts';
import { type Desk, openDesk } from '../../support/docs/desk.ts';

/** Changes nothing, so that each line finds what the pages have made before; the API server checks it all the same. */
const CHANGES = /^(?:kubectl (?:-n \S+ )?(?:apply|annotate|patch|delete)|helm (?:install|upgrade)) /;

const lines = DOCUMENTS.flatMap(shellLinesOf);
const runnable = lines.flatMap(({ document, parts }) => {
  const end = parts.findIndex(({ words }) => reasonNotRun(words) !== undefined);
  const text = parts.slice(0, end < 0 ? parts.length : end).map((part) => part.text);
  return text.length === 0 ? [] : [{ document, line: text.join('') }];
});

let desk: Desk;

beforeAll(async () => {
  desk = await openDesk();
});

afterAll(() => desk?.close());

describe('a line of a document runs, as far as it can be run here:', () => {
  test.each(runnable)('$document: $line', async ({ line }) => {
    await desk.type(asTyped(line));
  });
});

test('each reason not to run a command is that of one which is there', () => {
  const reasons = new Set(lines.flatMap(({ parts }: ShellLine) => parts.map(({ words }) => reasonNotRun(words))));
  expect(Object.entries(NOT_RUN).filter(([, reason]) => !reasons.has(reason))).toEqual([]);
});

/** With what stands for a name of the reader's own in its place. */
function asTyped(line: string): string {
  const typed = line
    .replace(/^docker run (?:-\S+ )*\S+registry-index:\S+ /, 'registry-index ')
    .replace('node scripts/bootstrap.mjs src/main.ts', 'registry-index')
    .replace(/ -w$/, '')
    .replaceAll('127.0.0.1:8080', desk.host)
    .replace(/(?<=^registry-index query .*)https:\/\/index\.example\.com\/below/, `http://${desk.host}`)
    .replace(/(?<=^registry-index query .*)registry\.example\.com/, desk.host);
  if (typed.startsWith('helm uninstall')) return `${typed} --dry-run`;
  return CHANGES.test(typed) ? `${typed} --dry-run=server` : typed;
}
