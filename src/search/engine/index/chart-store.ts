import type { RepositoryRecord, TagEntry } from '../../../dynamodb/records/record.ts';
import type { ChartTag } from '../../api.ts';
import type { Archive } from '../../archive.ts';
import type { Steps } from '../structures/scheduler.ts';

/** The Helm charts of repositories by doc: few have any. */
export interface ChartStore {
  /** Of one doc; none where it has no chart. */
  of(doc: number): readonly ChartTag[];
  entries(): Iterable<readonly [doc: number, tags: readonly ChartTag[]]>;
  write(doc: number, record: Pick<RepositoryRecord, 'tags'>): void;
  remove(doc: number): void;
  serialize(archive: Archive): Steps<void>;
}

export function createChartStore(): ChartStore {
  const charts = new Map<number, readonly ChartTag[]>();
  return {
    of: (doc) => charts.get(doc) ?? [],
    entries: () => charts,
    write(doc, { tags }) {
      if (tags.some(({ chart }) => chart)) charts.set(doc, tags.flatMap(chartTagOf));
      else charts.delete(doc);
    },
    remove: (doc) => charts.delete(doc),
    *serialize(archive) {
      const written = [...charts];
      const count = archive.number(written.length);
      for (let at = 0; at < count; at += 1) {
        const [doc, tags] = written[at] ?? NO_CHARTS;
        charts.set(archive.number(doc), JSON.parse(archive.text(JSON.stringify(tags))));
        yield;
      }
    },
  };
}

const NO_CHARTS: readonly [doc: number, tags: readonly ChartTag[]] = [0, []];

function chartTagOf({ pushedAtMs, chart }: TagEntry): ChartTag[] {
  return chart ? [{ pushedAtMs, chart }] : [];
}
