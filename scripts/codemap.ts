/** `npm run codemap`: which folder may import which, and how far a newcomer has to go through the files of `src`. */
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
  ['files under 40 lines with one importer', figures.smallWithOneImporter, 'at most 20'],
  ['deepest chain of value imports', figures.deepestChain, 'at most 12'],
  ['largest folder', `${files} (${path})`, 'at most 20'],
  ['files that one GET /v1/search runs code in', executed.length, 'at most 30'],
  ['import circles', figures.circles.length, '0'],
  ['any, ! and silenced checks', figures.escapes, '0'],
];

console.log('A row may import from the columns marked ×:\n');
console.log(pictureOfRules());
console.log('\n| | now | wanted |\n| --- | --- | --- |');
for (const [name, now, wanted] of rows) console.log(`| ${name} | ${now} | ${wanted} |`);
for (const circle of figures.circles) console.log(`\ncircle: ${circle.join(', ')}`);

const violations = violationsOf(sources);
for (const violation of violations) console.error(violation);
if (violations.length > 0) process.exitCode = 1;
