import type { ChartVersion } from '../../oci/chart-version.ts';
import { isItem, isNumber, isText } from '../items/item.ts';
import { packWithin, unpackJson } from '../items/packed-json.ts';
import { isChart } from './manifest-pack.ts';
import type { TagEntry } from './record.ts';

/**
 * Packed JSON: pairs of a tag's place and its chart version, the newest push first; undefined where there are none.
 * What would exceed `maxBytes` is left out.
 */
export function packCharts(entries: readonly TagEntry[], maxBytes: number): Uint8Array | undefined {
  const charts = entries.flatMap(({ chart, pushedAtMs }, place) =>
    chart ? [{ pair: [place, chart], pushedAtMs }] : [],
  );
  if (charts.length === 0) return undefined;
  const newestFirst = charts.sort((a, b) => b.pushedAtMs - a.pushedAtMs);
  return packWithin(
    newestFirst.map(({ pair }) => pair),
    maxBytes,
  );
}

/** Reverses `packCharts`, by place; a chart version that is not as expected is left out. Throws UnreadableItem. */
export function unpackCharts(packed: Uint8Array, what: string): ReadonlyMap<number, ChartVersion> {
  const pairs = unpackJson(packed, what);
  return new Map(Array.isArray(pairs) ? pairs.filter(isPair) : []);
}

function isPair(pair: unknown): pair is [number, ChartVersion] {
  const [place, chart]: unknown[] = Array.isArray(pair) ? pair : [];
  return isNumber(place) && isChartVersion(chart);
}

function isChartVersion(value: unknown): value is ChartVersion {
  if (!isItem(value) || !isChart(value)) return false;
  const { archive, createdAtMs } = value;
  return (archive === undefined || isText(archive)) && (createdAtMs === undefined || isNumber(createdAtMs));
}
