import type { Pass } from '../pass.ts';
import type { DeletionStep } from './decide-deletion.ts';
import type { MarkerNews, TablesStep } from './step.ts';

interface News {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly note: string;
}

type Marked = Partial<Record<MarkerNews, Omit<News, 'reason'>>>;

const MARKER_NEWS: Marked = {
  Adopted: { type: 'Normal', note: 'The tables were taken over from an owner that is gone' },
  TableDeleted: { type: 'Warning', note: 'The repository table was gone; it is made and filled anew from the bucket' },
  TablesCreated: { type: 'Normal', note: 'The tables are there; they are filled from the bucket' },
  TableReplaced: { type: 'Warning', note: 'The repository table is another one than before; it is filled anew' },
  SourceChanged: { type: 'Normal', note: 'The source has changed; the index is filled anew from it' },
  Deleting: { type: 'Normal', note: 'The tables are deleted, as deletionPolicy says' },
};

/** Tells, as an event, what a person watching would want to know of a step that was done; silent for the rest. */
export function tellTables({ deps, index, settings }: Pass, step: TablesStep | DeletionStep): void {
  const news = newsOf(step, settings.index);
  if (news) deps.events.record(index, { ...news, action: 'ManageTables' });
}

/** With the epoch every occurrence is an event of its own; the same words again would only be counted. */
function newsOf(step: TablesStep | DeletionStep, names: Pass['settings']['index']): News | undefined {
  if (step.do === 'createTable') {
    const table = step.role === 'version' ? names.versionTable : names.repositoryTable;
    return { type: 'Normal', reason: 'CreatingTable', note: `Making table ${table}` };
  }
  if (step.do !== 'updateMarker') return undefined;
  const told = MARKER_NEWS[step.news];
  return told && { ...told, reason: step.news, note: `${told.note} (epoch ${step.next.epoch})` };
}
