import { Command } from 'commander';
import { explainFailure } from './commands/explain-failure.ts';

/** Each with what it alone needs, which is loaded for no other. In the order of the help. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./commands/run.ts')).runCommand(),
  query: async () => (await import('./commands/query/query.ts')).queryCommand(),
  operator: async () => (await import('./commands/operator.ts')).operatorCommand(),
  backfill: async () => (await import('./commands/backfill.ts')).backfillCommand(),
  indexer: async () => (await import('./commands/indexer.ts')).indexerCommand(),
  search: async () => (await import('./commands/search.ts')).searchCommand(),
  manifest: async () => (await import('./commands/manifest.ts')).manifestCommand(),
  notifications: async () => (await import('./commands/notifications.ts')).notificationsCommand(),
  iam: async () => (await import('./commands/iam.ts')).iamCommand(),
  verify: async () => (await import('./commands/verify.ts')).verifyCommand(),
};

/** The command that is named first, or all of them for the help and for what is no command. */
async function commandsFor([name = '']: readonly string[]): Promise<Command[]> {
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return Promise.all((load ? [load] : Object.values(COMMANDS)).map((each) => each()));
}

const program = new Command('registry-index')
  .description('a search for any private container registry')
  .version('0.1.0')
  .showHelpAfterError('(see --help)')
  .exitOverride();
for (const command of await commandsFor(process.argv.slice(2)))
  program.addCommand(command.copyInheritedSettings(program));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explainFailure(error);
}
