import type { Target } from './programs.ts';

export const SCRAPE_INTERVAL_MS = 60_000;

/** One series, with a value for each scrape from `from` on; none where a scrape has not found it. */
export interface Series {
  /** `name{label="value"}` */
  readonly series: string;
  readonly values: readonly (number | undefined)[];
}

/** What Prometheus has of its targets after some scrapes. */
export interface Recording {
  scrape(): Promise<void>;
  scrapes(): number;
  series(): Series[];
}

/** Scrapes like Prometheus with `honorLabels`: what a series says of itself counts before what its target has. */
export function createRecording(targets: readonly Target[]): Recording {
  const recorded = new Map<string, (number | undefined)[]>();
  let scrapes = 0;
  return {
    async scrape() {
      for (const { registry, labels } of targets) {
        for (const [series, value] of await samplesOf(registry, labels)) {
          const values = recorded.get(series) ?? [];
          values[scrapes] = value;
          recorded.set(series, values);
        }
      }
      scrapes += 1;
    },
    scrapes: () => scrapes,
    series: () =>
      [...recorded].map(([series, values]) => ({
        series,
        values: Array.from({ length: scrapes }, (_, at) => values[at]),
      })),
  };
}

async function samplesOf(registry: Target['registry'], labels: Target['labels']): Promise<[string, number][]> {
  const metrics = await registry.getMetricsAsJSON();
  return metrics.flatMap(({ name, values }) =>
    values.map((sample): [string, number] => {
      const full = 'metricName' in sample && sample.metricName ? sample.metricName : name;
      return [`${full}${labelText({ ...labels, ...sample.labels })}`, sample.value];
    }),
  );
}

function labelText(labels: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(String(value))}`);
  return pairs.length === 0 ? '' : `{${pairs.toSorted().join(',')}}`;
}
