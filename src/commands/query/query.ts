import { Argument, Command } from 'commander';
import { digestPage, searchPage, tagPage } from '../../client/answers.ts';
import { openInBrowser } from '../../client/browser.ts';
import type { Connection } from '../../client/connection.ts';
import { type Listing, printListing } from '../../client/listing.ts';
import { type Layout, OWNERS, REPOSITORIES, tagsOf } from '../../client/print/columns.ts';
import { createPrinter } from '../../client/print/create-printer.ts';
import { urlBelow } from '../../client/service-url.ts';
import type { Target } from '../../client/target.ts';
import { ConfigError } from '../../config/config-error.ts';
import { FILTERS } from '../../search/query/filters.ts';
import { BEST_FIRST, SORTS, TAG_SORTS } from '../../search/query/sort.ts';
import { printable } from '../../telemetry/untrusted-text.ts';
import { addressed, open } from './address.ts';
import { completeCommand, completionCommand } from './completion.ts';
import { depsOfProcess, type QueryDeps } from './deps.ts';
import { addQueryFlags, type QueryFlags } from './flags.ts';

export function queryCommand(deps: QueryDeps = depsOfProcess(process)): Command {
  const query = addQueryFlags(new Command('query'))
    .description('ask a search service, and print what it finds')
    .argument('[words...]', '[HOST/]words, "phrases" and filters; nothing lists everything')
    .helpCommand(false)
    .addHelpText('after', QUERY_HELP)
    .action((words: readonly string[], flags: QueryFlags) => search(words, flags, deps));
  const commands = [tagsCommand(deps), digestCommand(deps), completionCommand(deps)];
  for (const command of commands) query.addCommand(command.exitOverride());
  return query.addCommand(completeCommand(deps).exitOverride(), { hidden: true });
}

async function search(words: readonly string[], flags: QueryFlags, deps: QueryDeps): Promise<void> {
  const target = addressed(words, flags, deps);
  const sort = oneOf(SORTS, flags.sort ?? BEST_FIRST.by);
  if (flags.web) return openPage(target, deps);
  const connection = await open(target, flags, deps);
  const rows: ListedRows = {
    layout: REPOSITORIES,
    path: 'api/v1/search',
    parameters: { q: target.text, sort },
    read: (json) => searchPage(json, target.text),
  };
  await list(connection, rows, flags, deps);
}

function tagsCommand(deps: QueryDeps): Command {
  return new Command('tags')
    .description('list the tags of a repository, the newest first')
    .argument('<[host/]name>', 'the repository')
    .option('--tag <pattern>', 'those with this in them, or which this fits where it has * or ?')
    .configureHelp({ showGlobalOptions: true })
    .action(async (name: string, _flags: unknown, command: Command) => {
      const flags: QueryFlags & { readonly tag?: string } = command.optsWithGlobals();
      const target = addressed([name], flags, deps);
      const repository = target.text;
      const parameters = { sort: oneOf(TAG_SORTS, flags.sort ?? 'pushed'), ...(flags.tag ? { tag: flags.tag } : {}) };
      const connection = await open(target, flags, deps, { repository });
      const path = `api/v1/repositories/${inPath(repository)}`;
      await list(connection, { layout: tagsOf(repository), path, parameters, read: tagPage }, flags, deps);
    });
}

function digestCommand(deps: QueryDeps): Command {
  return new Command('digest')
    .description('say which repositories have a digest, and under which tags')
    .addArgument(new Argument('<[host/]digest>', 'whole, or its first 8 digits or more'))
    .configureHelp({ showGlobalOptions: true })
    .action(async (digest: string, _flags: unknown, command: Command) => {
      const flags: QueryFlags = command.optsWithGlobals();
      if (flags.sort !== undefined) throw new ConfigError('--sort is for searches and tags');
      const target = addressed([digest], flags, deps);
      const connection = await open(target, flags, deps);
      const path = `api/v1/digests/${inPath(target.text)}`;
      await list(connection, { layout: OWNERS, path, parameters: {}, read: digestPage }, flags, deps);
    });
}

/** A name as a path goes on with it. Throws a ConfigError for one that would lead to another route. */
function inPath(name: string): string {
  const parts = name.split('/');
  const wrong = parts.find((part) => part === '.' || part === '..');
  if (wrong !== undefined) throw new ConfigError(`${printable(name, MAX_SHOWN_LENGTH)}: no name has a part ${wrong}`);
  return parts.map(encodeURIComponent).join('/');
}

const MAX_SHOWN_LENGTH = 300;

interface ListedRows extends Listing {
  readonly layout: Layout;
}

function list(
  { service, ...connection }: Connection,
  { layout, ...listing }: ListedRows,
  flags: QueryFlags,
  deps: QueryDeps,
) {
  const { terminal, now } = deps;
  const { output, json, headers, trunc, limit, quiet = false, failOnNoResult = false } = flags;
  const printer = createPrinter({
    form: json ? 'json' : output,
    layout,
    registry: `${service.host}`,
    width: trunc && output === 'table' ? terminal.columns : undefined,
    isTerminal: terminal.columns !== undefined,
    hasColors: terminal.hasColors,
    hasHeader: headers,
    nowMs: now(),
  });
  const options = { limit: limit === 0 ? undefined : limit, isQuiet: quiet, failOnNoResult };
  return printListing({ connection: { service, ...connection }, printer, terminal }, listing, options);
}

async function openPage({ services, text }: Target, { terminal, env }: QueryDeps): Promise<void> {
  const page = urlBelow(services[services.length - 1] ?? services[0], '', text === '' ? {} : { q: text });
  const isOpen = await openInBrowser(page, env);
  terminal.say(isOpen ? `opening ${page.href}` : `no browser could be started; the page is ${page.href}`);
}

function oneOf(choices: readonly string[], sort: string): string {
  if (choices.includes(sort)) return sort;
  throw new ConfigError(`--sort ${sort}: wanted is one of ${choices.join(', ')}`);
}

const filters = [...FILTERS].map(([key, { wants }]) => `  ${`${key}:`.padEnd(10)} ${wants}`);

const QUERY_HELP = `
Every word must occur in a name, title, summary or label. Filters, of which each must hold:
${filters.join('\n')}
tag:, arch:, os:, platform: and pushed: hold on one and the same tag. A minus before a word or filter excludes.

  registry-index query registry.example.com/payments arch:arm64 label:team=core -- -test
  registry-index query -- '-pushed:<30d'
  registry-index query '"tags"'                       (a word that is a command stands in quotes)
  registry-index query -o name ns:payments | xargs -n1 docker pull

HOST is asked by https, and by http only on this machine or where http:// stands before it. The login is the first of:
--username with --password-stdin; --token, REGISTRY_INDEX_TOKEN; REGISTRY_INDEX_USERNAME with REGISTRY_INDEX_PASSWORD;
DOCKER_AUTH_CONFIG; --authfile; REGISTRY_AUTH_FILE; what podman login and docker login saved, with their helpers.
It is sent over https, or within this machine.

Exit status:
  0  something was found, or the list is empty
  1  nothing was found, with --fail-on-no-result; or what was found cannot be written
  2  the query or the flags are wrong
  3  the service cannot be reached, or is not ready
  4  not allowed: log in first, or as somebody else`;
