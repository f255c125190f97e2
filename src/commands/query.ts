import { Command, Option } from 'commander';
import { FILTERS } from '../search/query/filters.ts';
import { BEST_FIRST, SORTS } from '../search/query/query.ts';
import { MAX_ROWS } from '../server/routes/search.ts';
import { readRegistryCredentials } from '../verify/registry-credentials.ts';
import { askSearch, type SearchPage } from './ask-search.ts';
import { wholeNumber } from './options.ts';
import { searchUrlOf } from './search-url.ts';

interface QueryFlags {
  readonly url: string;
  readonly limit: number;
  readonly sort: string;
  readonly authFile?: string;
}

export function queryCommand(): Command {
  return new Command('query')
    .description('ask a search service, and print what it finds')
    .argument('[query...]', 'words, "phrases" and filters; nothing lists everything')
    .option('--url <url>', 'the search service, which may be below a path', 'http://127.0.0.1:8080')
    .option('--limit <rows>', 'rows to print', wholeNumber(1, MAX_ROWS), 25)
    .addOption(sortOption())
    .option('--auth-file <path>', 'credentials as docker login writes them; else REGISTRY_USERNAME, REGISTRY_PASSWORD')
    .addHelpText('after', languageHelp())
    .action(query);
}

function sortOption(): Option {
  const option = new Option('--sort <order>', 'what comes first; a minus turns it round');
  return option.choices(SORTS).default(BEST_FIRST.by);
}

function languageHelp(): string {
  const filters = [...FILTERS].map(([key, { wants }]) => `  ${`${key}:`.padEnd(10)} ${wants}`);
  return `
Every word must occur in a name, title, summary or label. Filters, of which each must hold:
${filters.join('\n')}
tag:, arch:, os: and pushed: hold on one and the same tag. A minus before a word or filter excludes.

  registry-index query 'payments arch:arm64 label:team=core -test'
  registry-index query -- '-pushed:<30d'`;
}

async function query(words: readonly string[], { url, limit, sort, authFile }: QueryFlags): Promise<void> {
  const text = words.join(' ');
  const address = searchUrlOf(url, { q: text, n: String(limit), sort });
  const credentials = await readRegistryCredentials({ registry: address, authFile, env: process.env });
  const page = await askSearch(address, credentials);
  for (const line of printed({ ...page, rows: page.rows.slice(0, limit) }, text)) console.log(line);
}

function printed({ rows, total, corrected, hints }: SearchPage, text: string): string[] {
  const width = Math.max(0, ...rows.map(({ name }) => name.length));
  return [
    ...(corrected === undefined ? [] : [`nothing matches ${text}; this is for ${corrected}`]),
    ...(corrected === undefined || hints.length > 1 ? hints : []),
    ...rows.map(({ name, description }) => `${name.padEnd(width)}  ${description}`.trimEnd()),
    `${rows.length} of ${total}`,
  ];
}
