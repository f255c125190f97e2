import { describe, expect, test } from '@jest/globals';
import { pictureOfRules, violationsOf } from '../../../../scripts/codemap/import-rules.ts';
import { parseImports, type Source } from '../../../../scripts/codemap/sources.ts';

function source(path: string, text: string): Source {
  return { path, text, lines: 1, imports: parseImports(path, text) };
}

describe('an import', () => {
  test.each([
    ['from the folder itself', 'src/storage/v2/walk.ts', "import { a } from '../open.ts';"],
    ['of a folder that comes before', 'src/storage/open.ts', "import type { A } from '../aws/call.ts';"],
    ['of anything by a command', 'src/commands/run.ts', "import { a } from '../operator/run.ts';"],
    ['of a package', 'src/async/sleep.ts', "import { setTimeout } from 'node:timers/promises';"],
  ])('%s is allowed', (_, path, text) => {
    expect(violationsOf([source(path, text)])).toEqual([]);
  });

  test.each([
    ['of a folder that comes after', 'src/storage/open.ts', "import { a } from '../indexer/plan.ts';"],
    ['of types alone all the same', 'src/storage/open.ts', "import type { A } from '../indexer/plan.ts';"],
    ['over several lines', 'src/async/sleep.ts', "import {\n  a,\n  b,\n} from '../aws/call.ts';"],
    ['of a command', 'src/operator/run.ts', "import { a } from '../commands/run.ts';"],
    ['that is passed on', 'src/async/sleep.ts', "export { a } from '../aws/call.ts';"],
    ['by a folder without a line in the table', 'src/new/one.ts', "import { a } from '../async/sleep.ts';"],
  ])('%s is named with the rule', (_, path, text) => {
    expect(violationsOf([source(path, text)])).toEqual([expect.stringMatching(`^${path} imports src/.*: src/`)]);
  });
});

test('the picture marks what a folder may import', () => {
  expect(pictureOfRules()).toMatch(/^telemetry +×( +×)* +·$/m);
});
