import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { CONDITION_TYPES } from '../../../src/api/conditions.ts';
import { EVENT_GAP_REASONS } from '../../../src/dynamodb/state/event-report.ts';

/** Words in quotes that are no reasons: of Kubernetes, of the resource's fields, of our own events and steps. */
const OTHER_WORDS = new Set([
  ...CONDITION_TYPES.filter((type) => type !== 'Ready'),
  ...[
    'True',
    'False',
    'Normal',
    'Warning',
    'TCP',
    'ALL',
    'In',
    'Job',
    'Deployment',
    'Service',
    'CronJob',
    'Background',
    'Forbid',
    'Forbidden',
    'Never',
  ],
  ...[
    'Indexed',
    'FailJob',
    'DisruptionTarget',
    'AlwaysAllow',
    'ReplicaFailure',
    'Progressing',
    'PodScheduled',
    'PodInitializing',
    'ContainerCreating',
  ],
  ...[
    'OOMKilled',
    'RuntimeDefault',
    'RollingUpdate',
    'ScheduleAnyway',
    'Failed',
    'Invalid',
    'Active',
    'Apply',
    'DynamoDB',
  ],
  ...['OnDemand', 'Ignore', 'Anonymous', 'Delete', 'IfOwnerGone', 'None', 'All', 'ReleaseNamespace', 'StepTimedOut'],
  ...['ConfigMap', 'Secret', 'NotFound', 'Exact', 'Prefix', 'PathPrefix'],
  // Events and their actions.
  ...[
    'Reconcile',
    'Resync',
    'Resynced',
    'ResyncStarted',
    'Backfill',
    'BackfillStarted',
    'BackfillCompleted',
    'TablesReleased',
    'ManageTables',
    'CreatingTable',
  ],
  // What the ownership record is updated for.
  ...[
    'Adopted',
    'TableMissing',
    'TableDeleted',
    'TableTaken',
    'TableReplaced',
    'TablesCreated',
    'SourceChanged',
    'Changed',
    'Changing',
  ],
  ...['KeyAdded', 'AccessChanged', 'Renewed', 'Completed'],
]);

const WORD = /'([A-Z][A-Za-z]*)'/g;
const REASON = /reason: '([A-Z][A-Za-z]*)'/g;
const LIST = /ReadonlySet<string> = new Set\(\[[^\]]*\]\)/g;

function filesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return names.map((name) => join(folder, name));
}

function textOf(folder: string): string {
  return filesIn(folder)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
}

/** Every word of the operator that may be a reason, and what the rest of the program calls one. */
function reasonsOfCode(): string[] {
  const words = ['src/operator', 'src/table-lifecycle'].flatMap(filesIn).flatMap((file) => wordsIn(file, WORD));
  const reasons = ['src/aws', 'src/dynamodb', 'src/storage', 'src/indexer']
    .flatMap(filesIn)
    .flatMap((file) => wordsIn(file, REASON));
  const gaps: readonly string[] = EVENT_GAP_REASONS;
  return [...new Set([...words, ...reasons])]
    .filter((word) => !OTHER_WORDS.has(word) && !gaps.includes(word))
    .toSorted();
}

function wordsIn(file: string, pattern: RegExp): string[] {
  return [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, word = '']) => word);
}

/** What the first column of a table names. */
function rowsOf(document: string): string[] {
  const rows = readFileSync(document, 'utf8').matchAll(/^\|([^|]*)\|/gm);
  return [...rows].flatMap(([, cell = '']) => [...cell.matchAll(/`([A-Z][A-Za-z]*)`/g)].map(([, word = '']) => word));
}

/** Words that some code compares a reason with, in a list of them. */
function comparedWords(source: string): string[] {
  return [...source.matchAll(LIST)].flatMap(([list]) => [...list.matchAll(WORD)].map(([, word = '']) => word));
}

test('no reason is looked for that nothing gives', () => {
  const given = textOf('src').replaceAll(LIST, '');
  const compared = ['src/operator', 'src/storage', 'src/dynamodb/tables'].flatMap((folder) =>
    comparedWords(textOf(folder)),
  );
  expect(compared.length).toBeGreaterThan(10);
  expect(compared.filter((word) => !OTHER_WORDS.has(word) && !given.includes(`'${word}'`))).toEqual([]);
});

describe('docs/status.md', () => {
  test('has a row for every reason that a condition can give', () => {
    const rows = new Set(rowsOf('docs/status.md'));
    expect(reasonsOfCode().filter((reason) => !rows.has(reason))).toEqual([]);
  });

  test('has no row for what the code does not say', () => {
    const sources = textOf('src');
    const unknown = rowsOf('docs/status.md').filter((word) => !new RegExp(`['"]${word}['"]`).test(sources));
    expect(unknown).toEqual([]);
  });

  test('and docs/notifications.md has one for every gap', () => {
    const rows = new Set(rowsOf('docs/notifications.md'));
    expect(EVENT_GAP_REASONS.filter((reason) => !rows.has(reason))).toEqual([]);
  });
});
