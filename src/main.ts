import { Command, CommanderError } from 'commander';
import { ServiceError } from './aws/errors.ts';
import { backfillCommand } from './commands/backfill.ts';
import { indexerCommand } from './commands/indexer.ts';
import { notificationsCommand } from './commands/notifications.ts';
import { operatorCommand } from './commands/operator.ts';
import { queryCommand } from './commands/query.ts';
import { runCommand } from './commands/run.ts';
import { searchCommand } from './commands/search.ts';
import { verifyCommand } from './commands/verify.ts';
import { ConfigError } from './config/config-error.ts';
import { loggedError } from './telemetry/log-error.ts';

const EXIT_USAGE = 2;
const EXIT_FAILED = 1;

const commands = [
  runCommand(),
  queryCommand(),
  operatorCommand(),
  backfillCommand(),
  indexerCommand(),
  searchCommand(),
  notificationsCommand(),
  verifyCommand(),
];
const program = new Command('registry-index')
  .description('a search for any private container registry')
  .version('0.1.0')
  .showHelpAfterError('(--help tells more)')
  .exitOverride();
for (const command of commands) program.addCommand(command.copyInheritedSettings(program));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

/** A service or the system that refuses: its message says all, and our stack trace would add nothing. */
function isOfTheWorld(error: unknown): error is Error {
  return error instanceof ServiceError || (error instanceof Error && 'syscall' in error);
}

/** A mistake of the user gets a sentence, a fault of ours its stack. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  if (error instanceof ConfigError) {
    console.error(`error: ${error.message}`);
    return EXIT_USAGE;
  }
  console.error(isOfTheWorld(error) ? `error: ${error.message}` : loggedError(error));
  return EXIT_FAILED;
}
