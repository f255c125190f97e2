import { Command } from 'commander';
import { COMMANDS } from './commands/all.ts';
import { explainFailure } from './commands/explain-failure.ts';

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
