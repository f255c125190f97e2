import type { Source } from './sources.ts';

/** What knows nothing of registries, and what every room may use. */
const TOOLS = ['json', 'async', 'telemetry'];

/**
 * Which folder of `src` may import which: itself, and what stands here. Folders are in the order in which data flows, so
 * that nothing imports what comes after it. `commands` and `main.ts` wire everything, and nothing imports them.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  json: [],
  async: [],
  telemetry: ['async'],
  api: [],
  oci: ['api', 'json'],
  aws: ['json', 'async'],
  config: ['json', 'api', 'aws'],
  kube: TOOLS,
  storage: [...TOOLS, 'api', 'aws', 'oci'],
  dynamodb: [...TOOLS, 'api', 'aws', 'oci'],
  indexer: [...TOOLS, 'api', 'aws', 'oci', 'storage', 'dynamodb'],
  search: [...TOOLS, 'api', 'aws', 'oci', 'dynamodb'],
  server: [...TOOLS, 'search', 'dynamodb'],
  'table-lifecycle': [...TOOLS, 'api', 'aws', 'dynamodb'],
  operator: [...TOOLS, 'api', 'aws', 'kube', 'dynamodb', 'table-lifecycle'],
  standalone: [
    ...[...TOOLS, 'api', 'aws', 'config', 'storage', 'dynamodb', 'indexer', 'search', 'server', 'table-lifecycle'],
  ],
};

const WIRING = ['commands', 'main.ts'];

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

function sentenceOf(room: string): string {
  const allowed = MAY_IMPORT[room];
  if (!allowed) return `src/${room} has no line in the table of scripts/codemap/import-rules.ts`;
  return `src/${room} may import only from ${['itself', ...allowed].join(', ')}`;
}

/** The table as a picture in text: a row imports from the columns that are marked. */
export function pictureOfRules(): string {
  const rooms = Object.keys(MAY_IMPORT);
  const width = Math.max(...rooms.map(({ length }) => length));
  const heading = `${' '.repeat(width)}  ${rooms.map((room) => room.slice(0, 3)).join(' ')}`;
  const rows = rooms.map((room) => {
    const marks = rooms.map((target) => (room === target ? ' · ' : mayImport(room, target) ? ' × ' : '   '));
    return `${room.padEnd(width)}  ${marks.join(' ')}`.trimEnd();
  });
  return [heading, ...rows].join('\n');
}
