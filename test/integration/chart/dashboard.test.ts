import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Rendering, render } from '../../support/chart/render.ts';
import { createLife } from '../../support/prometheus/life.ts';
import { type PrometheusServer, startPrometheus } from '../../support/prometheus/server.ts';

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] };
}

interface Panel {
  readonly title: string;
  readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>;
  readonly targets: readonly { readonly expr: string }[];
}

const MINUTES = 30;
const startMs = Date.now() - MINUTES * 60_000;

/** What Grafana puts in place of its variables, with all chosen. */
const CHOSEN = { $namespace: '.*', $name: '.*', $__rate_interval: '5m' };

let prometheus: PrometheusServer;
let dashboard: Dashboard;

beforeAll(async () => {
  const { chart }: { chart: Rendering } = await render({ chart: { metrics: { dashboard: { enabled: true } } } });
  const { data } = chart.object('ConfigMap') as unknown as { data: Record<string, string> };
  dashboard = JSON.parse(data['registry-index.json'] ?? '');
  const life = createLife(startMs);
  await life.pass(MINUTES, ({ indexer, search }) => {
    indexer.events.gap('QueueFull');
    indexer.events.failed();
    indexer.messages.waiting(3);
    search.checked('unavailable');
  });
  prometheus = await startPrometheus(life.recording, startMs);
});

afterAll(() => prometheus?.stop());

test('every panel shows something', async () => {
  const atMs = startMs + (MINUTES - 1) * 60_000;
  const empty: string[] = [];
  for (const { title, targets } of dashboard.panels) {
    for (const { expr } of targets) {
      const query = Object.entries(CHOSEN).reduce((text, [name, value]) => text.replaceAll(name, value), expr);
      const values = await prometheus.query(query, atMs);
      if (!values.some(Number.isFinite)) empty.push(`${title}: ${query}`);
    }
  }
  expect(dashboard.panels.length).toBeGreaterThan(20);
  expect(empty).toEqual([]);
});

test('no panel lies upon another', () => {
  const places = dashboard.panels.map(({ gridPos: { x, y } }) => `${x}/${y}`);
  expect(new Set(places).size).toBe(places.length);
  for (const { gridPos } of dashboard.panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
});

test('every variable of an expression is one of the dashboard', () => {
  const known = [...dashboard.templating.list.map(({ name }) => `$${name}`), '$__rate_interval'];
  const used = dashboard.panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => expr.match(/\$\w+/g) ?? []));
  expect(used.filter((name) => !known.includes(name))).toEqual([]);
});
