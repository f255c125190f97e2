#!/usr/bin/env node
/** `query` alone, which becomes one file that runs on Node 20 and newer. */
import { explainFailure } from './commands/explain-failure.ts';
import { queryCommand } from './commands/query/query.ts';

try {
  await queryCommand()
    .name('registry-index-query')
    .version('0.1.0')
    .showHelpAfterError('(see --help)')
    .exitOverride()
    .parseAsync();
} catch (error) {
  process.exitCode = explainFailure(error);
}
