import { Argument, Command, CommanderError } from 'commander';
import { suggestionsIn } from '../../client/answers.ts';
import { completionOf, type Typed, type Vocabulary } from '../../client/completion/candidates.ts';
import { SCRIPTS, SHELLS, type Shell } from '../../client/completion/scripts.ts';
import { FORMS } from '../../client/print/create-printer.ts';
import { FILTERS } from '../../search/query/filters.ts';
import { SORTS, TAG_SORTS } from '../../search/query/sort.ts';
import { addressed, open } from './address.ts';
import type { QueryDeps } from './deps.ts';
import { addQueryFlags, type QueryFlags } from './flags.ts';

/** A person who types does not wait longer. */
const TIMEOUT_MS = 2_000;
const MAX_NAMES = '50';

export function completionCommand({ terminal }: QueryDeps): Command {
  return new Command('completion')
    .description('print a script that completes names and filters: source <(registry-index query completion bash)')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action((shell: Shell) => terminal.print(SCRIPTS[shell]));
}

/** What the scripts ask: prints what the last of the words may become, a line each. */
export function completeCommand(deps: QueryDeps): Command {
  return new Command('__complete').argument('[words...]').action(async (words: readonly string[]) => {
    const found = await complete(words, deps);
    await deps.terminal.print(found.map((word) => `${word}\n`).join(''));
  });
}

async function complete(words: readonly string[], deps: QueryDeps): Promise<readonly string[]> {
  const read = readWords(words);
  if (!read) return [];
  const { typed, flags } = read;
  const completion = completionOf(typed, vocabulary(typed.operands[0] === 'tags'));
  if (completion.kind === 'words') return completion.words;
  return [...completion.words, ...(await namesFor(typed, flags, deps).catch(none))];
}

/** Undefined for a line that has a mistake. */
function readWords(words: readonly string[]): { typed: Typed; flags: QueryFlags } | undefined {
  const [before, current] = [words.slice(0, -1), words.at(-1) ?? ''];
  // The value of a flag may be what is being typed.
  for (const known of [before, before.slice(0, -1)])
    try {
      const command = addQueryFlags(new Command())
        .argument('[words...]')
        .exitOverride()
        .configureOutput({ writeErr: () => undefined });
      command.allowUnknownOption().parse([...known], { from: 'user' });
      return { typed: { before, operands: command.args, current }, flags: command.opts() };
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
    }
  return undefined;
}

/** Names that begin with what is typed, after the host if that is typed too. */
async function namesFor({ operands, current }: Typed, flags: QueryFlags, deps: QueryDeps): Promise<string[]> {
  const words = [...operands.filter((word, i) => i > 0 || word !== 'tags'), current];
  const target = addressed(words, flags, deps);
  const isFirst = words.length === 1;
  const prefix = isFirst ? target.text : current;
  const host = current.slice(0, current.length - prefix.length);
  const connection = await open(target, flags, deps, { timeoutMs: TIMEOUT_MS });
  const answer = await connection.get('api/v1/suggest', { q: prefix, n: MAX_NAMES });
  const names = answer.kind === 'found' ? suggestionsIn(answer.json) : [];
  return names.filter((name) => name.startsWith(prefix) && NAME.test(name)).map((name) => `${host}${name}`);
}

/** bash puts a word into the line as it is, where other characters are commands. */
const NAME = /^[a-z0-9_][a-z0-9._/-]*$/;

/** A message would stand in the middle of what is typed. */
function none(): string[] {
  return [];
}

function vocabulary(isTags: boolean): Vocabulary {
  const flags = addQueryFlags(new Command()).options.flatMap(({ long }) => long ?? []);
  return {
    flags: isTags ? [...flags, '--tag'] : flags,
    values: { '-o': FORMS, '--output': FORMS, '--sort': isTags ? TAG_SORTS : SORTS },
    commands: ['tags', 'digest', 'completion'],
    operands: { digest: [], completion: SHELLS },
    filters: [...FILTERS.keys()],
  };
}
