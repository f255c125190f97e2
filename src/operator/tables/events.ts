import type { Marker } from '../../dynamodb/state/marker.ts';
import type { DeletionStep } from '../../table-lifecycle/decide-deletion.ts';
import { isMadeAgain, type MarkerNews, type TablesStep } from '../../table-lifecycle/step.ts';
import type { Pass } from '../context.ts';

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
  TableTaken: {
    type: 'Warning',
    note: 'The repository table says that it is not ours; nothing of it is used any more',
  },
  TableReplaced: { type: 'Warning', note: 'The repository table is another one than before; it is filled anew' },
  SourceChanged: { type: 'Normal', note: 'The source has changed; the index is filled anew from it' },
  Deleting: { type: 'Normal', note: 'The tables are deleted, as deletionPolicy says' },
};

/** Tells, as an event, what a person watching would want to know of a step that was done; silent for the rest. */
export function tellTables({ deps, index, settings }: Pass, step: TablesStep | DeletionStep): void {
  for (const news of newsOf(step, settings.index)) deps.events.record(index, { ...news, action: 'ManageTables' });
}

/** With the epoch every occurrence is an event of its own; the same words again would only be counted. */
function newsOf(step: TablesStep | DeletionStep, names: Pass['settings']['index']): News[] {
  if (step.do === 'updateMarker') return markerNews(step.news, step.next);
  if (step.do !== 'createTable') return [];
  const isVersion = step.role === 'version';
  const note = `Making table ${isVersion ? names.versionTable : names.repositoryTable}`;
  const again = !isVersion && isMadeAgain(step) ? markerNews('TableDeleted', step.next) : [];
  return [{ type: 'Normal', reason: 'CreatingTable', note }, ...again];
}

function markerNews(reason: MarkerNews, { epoch }: Marker): News[] {
  const told = MARKER_NEWS[reason];
  return told ? [{ ...told, reason, note: `${told.note} (epoch ${epoch})` }] : [];
}
