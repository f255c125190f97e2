/**
 * `npm run codemap`: which folder of `src` may import which, and how far a newcomer has to go through the files. Fails
 * for an import against the table, and for files that import each other.
 */
import { filesOfOneSearch } from './codemap/executed-files.ts';
import { figuresOf } from './codemap/figures.ts';
import { pictureOfRules, violationsOf } from './codemap/import-rules.ts';
import { readSources } from './codemap/sources.ts';

const sources = await readSources('src');
const figures = figuresOf(sources);
const executed = await filesOfOneSearch();
const { path, files } = figures.largestFolder;

const rows: readonly (readonly [string, string | number, string])[] = [
  ['files / lines', `${figures.files} / ${figures.lines}`, ''],
  ['median lines of a file', figures.medianLines, '60 to 120'],
  ['files under 40 lines with one importer', figures.smallWithOneImporter.length, 'at most 20'],
  ['deepest chain of value imports', figures.deepestChain.length, 'at most 12'],
  ['largest folder', `${files} (${path})`, 'at most 20'],
  ['files that one GET /v1/search runs code in', executed.length, 'at most 30'],
  ['import circles', figures.circles.length, '0'],
  ['any, ! and silenced checks', figures.escapes, '0'],
];

console.log('A row may import from the columns marked ×:\n');
console.log(pictureOfRules());
console.log('\n| | now | wanted |\n| --- | --- | --- |');
for (const [name, now, wanted] of rows) console.log(`| ${name} | ${now} | ${wanted} |`);
printList('deepest chain of value imports', figures.deepestChain);
printList('files under 40 lines with one importer', figures.smallWithOneImporter);

const violations = [
  ...violationsOf(sources),
  ...figures.circles.map((circle) => `these files import each other: ${circle.join(', ')}`),
];
if (violations.length > 0) {
  // The picture again, because only the end of the output of a failed check is shown.
  console.error(['', pictureOfRules(), '', ...violations].join('\n'));
  process.exitCode = 1;
}

function printList(title: string, paths: readonly string[]): void {
  console.log(`\n${title}:`);
  for (const path of paths) console.log(`  ${path}`);
}
