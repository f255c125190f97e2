import { Command, CommanderError } from 'commander';
import { backfillCommand } from './commands/backfill.ts';
import { operatorCommand } from './commands/operator.ts';
import { queryCommand } from './commands/query.ts';
import { runCommand } from './commands/run.ts';
import { searchCommand } from './commands/search.ts';
import { ConfigError } from './config/config-error.ts';

const EXIT_USAGE = 2;
const EXIT_FAILED = 1;

const program = new Command('registry-index')
  .description('a search for any private container registry')
  .version('0.1.0')
  .showHelpAfterError('(--help tells more)')
  .addCommand(runCommand())
  .addCommand(queryCommand())
  .addCommand(operatorCommand())
  .addCommand(backfillCommand())
  .addCommand(searchCommand());

try {
  await program.exitOverride().parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

/** A mistake of the user gets a sentence, a fault of ours its stack. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  if (error instanceof ConfigError) {
    console.error(`error: ${error.message}`);
    return EXIT_USAGE;
  }
  console.error(error);
  return EXIT_FAILED;
}
