import type { Source } from './sources.ts';

/** What knows nothing of registries, and what every folder may use. */
const TOOLS = ['json', 'async', 'telemetry', 'http', 'network'];

/**
 * Which folder of `src` may import which: itself, and what stands here. Folders are in the order in which data flows,
 * so that nothing imports what comes after it. `commands` and the programs wire everything, and nothing imports them.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  json: [],
  async: [],
  telemetry: ['json', 'async'],
  http: ['json'],
  network: [],
  api: [],
  oci: ['api', 'json'],
  aws: ['json', 'async', 'network'],
  config: ['json', 'network', 'api', 'aws'],
  kube: TOOLS,
  storage: [...TOOLS, 'api', 'aws', 'oci'],
  dynamodb: [...TOOLS, 'api', 'aws', 'oci'],
  indexer: [...TOOLS, 'api', 'aws', 'oci', 'storage', 'dynamodb'],
  iam: ['api', 'storage'],
  'registry-login': ['telemetry', 'http', 'config', 'oci'],
  client: [...TOOLS, 'api', 'config', 'oci', 'registry-login'],
  verify: [...TOOLS, 'api', 'aws', 'config', 'oci', 'registry-login', 'storage', 'dynamodb'],
  search: [...TOOLS, 'api', 'aws', 'oci', 'dynamodb'],
  server: [...TOOLS, 'api', 'search', 'dynamodb'],
  'table-lifecycle': [...TOOLS, 'api', 'aws', 'dynamodb'],
  operator: [...TOOLS, 'api', 'aws', 'client', 'kube', 'dynamodb', 'table-lifecycle'],
  standalone: [
    ...TOOLS,
    ...['api', 'aws', 'config', 'storage', 'dynamodb', 'indexer', 'client', 'search', 'server', 'table-lifecycle'],
  ],
};

const WIRING = ['commands', 'program.ts', 'query-program.ts', 'main.ts'];

/** Imports against the table, each as a sentence. */
export function violationsOf(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, imports }) => {
    const from = roomOf(path);
    return imports.flatMap(({ path: target }) =>
      mayImport(from, roomOf(target)) ? [] : [`${path} imports ${target}: ${sentenceOf(from)}`],
    );
  });
}

/** The folder of `src` that a file is in, or the file itself where it is in none. */
function roomOf(path: string): string {
  return path.split('/')[1] ?? path;
}

function mayImport(from: string, target: string): boolean {
  if (from === target || WIRING.includes(from)) return true;
  return MAY_IMPORT[from]?.includes(target) ?? false;
}

function sentenceOf(folder: string): string {
  const allowed = MAY_IMPORT[folder];
  if (!allowed) return `src/${folder} has no line in the table of scripts/codemap/import-rules.ts`;
  return `src/${folder} may import only from ${['itself', ...allowed].join(', ')}`;
}

/** The table as a picture in text: a row imports from the columns that are marked. */
export function pictureOfRules(): string {
  const folders = Object.keys(MAY_IMPORT);
  const width = Math.max(...folders.map(({ length }) => length));
  const heading = `${' '.repeat(width)}  ${folders.map((folder) => folder.slice(0, 3)).join(' ')}`;
  const rows = folders.map((folder) => {
    const marks = folders.map((target) => (folder === target ? ' · ' : mayImport(folder, target) ? ' × ' : '   '));
    return `${folder.padEnd(width)}  ${marks.join(' ')}`.trimEnd();
  });
  return [heading, ...rows].join('\n');
}
