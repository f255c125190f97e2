import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Rendering, render } from '../../support/chart/render.ts';
import { createLife, HEALTHY, healthyStatus, isoTime } from '../../support/prometheus/life.ts';
import { conditions, INDEX, type MeteredPrograms } from '../../support/prometheus/programs.ts';
import { testRules } from '../../support/prometheus/promtool.ts';

interface Rule {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Group {
  readonly rules: readonly Rule[];
}

interface Scenario {
  /** What goes wrong, minute by minute. */
  readonly fault: (programs: MeteredPrograms, nowMs: number, minute: number) => unknown;
  /** Until the alert has to fire. */
  readonly minutes: number;
  /** From then on until it has to be gone; default 20. */
  readonly mendedMinutes?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly description: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const POD = { pod: 'images-search-a' };

/** A condition that is not as it should be, by both operators. */
const condition = (wrong: Partial<typeof HEALTHY>) =>
  status(() => ({ conditions: conditions({ ...HEALTHY, ...wrong }) }));

const status =
  (change: (nowMs: number) => object): Scenario['fault'] =>
  ({ operators }, nowMs) => {
    for (const { observe } of operators) observe({ ...healthyStatus(nowMs), ...change(nowMs) });
  };

/** Seconds that pass until a fault begins are those of the minutes in which all goes well. */
const HEALTHY_MINUTES = 30;

const scenarios: Readonly<Record<string, Scenario>> = {
  RegistryIndexNotReady: {
    fault: condition({ Ready: false }),
    minutes: 17,
    description: 'RegistryIndex team/images has not been Ready for 15 minutes.',
  },
  RegistryIndexStalled: {
    fault: condition({ Stalled: true }),
    minutes: 7,
    description: 'RegistryIndex team/images has to be changed before the operator can go on.',
  },
  RegistryIndexDegraded: {
    fault: condition({ Degraded: true }),
    minutes: 32,
    description: 'RegistryIndex team/images has been Degraded for 30 minutes.',
  },
  RegistryIndexNoLeader: {
    fault: ({ operators }) => operators.map(({ leading }) => leading(false)),
    minutes: 7,
    labels: {},
    description: "Of the operator's pods none leads, or none is scraped; nothing is reconciled.",
  },
  RegistryIndexBackfillStuck: {
    fault: status(() => ({ backfill: { percent: 40, repositories: 400 } })),
    minutes: 40,
    description: 'The backfill of RegistryIndex team/images has found no repository for 30 minutes.',
  },
  RegistryIndexResyncOverdue: {
    fault: status((nowMs) => ({ lastResyncTime: isoTime(nowMs - 2 * DAY_MS - 6 * HOUR_MS) })),
    minutes: 17,
    description: 'The last resync of RegistryIndex team/images ended 2d 6h 0m 0s ago.',
  },
  RegistryIndexDrift: {
    fault: status(() => ({ resync: { repositories: 1_000, added: 50, changed: 25, removed: 0 } })),
    minutes: 7,
    description: 'The last resync of RegistryIndex team/images had to mend 7.5% of the repositories.',
  },
  RegistryIndexNotFresh: {
    fault: condition({ Fresh: false }),
    minutes: 62,
    description: 'Notifications of RegistryIndex team/images have not worked, or have gaps, for an hour.',
  },
  RegistryIndexNoEvents: {
    fault: status((nowMs) => ({ notifications: { lastEventTime: isoTime(nowMs - 8 * DAY_MS) } })),
    minutes: 7,
    description: 'The last event for RegistryIndex team/images came 8d 0h 0m 0s ago.',
  },
  RegistryIndexEventGaps: {
    fault: ({ indexer }, _now, minute) => minute % 20 === 0 && indexer.events.gap('QueueFull'),
    minutes: 121,
    mendedMinutes: 400,
    labels: { reason: 'QueueFull' },
    description: 'Gaps of RegistryIndex team/images for QueueFull in 6 hours, about 6.',
  },
  RegistryIndexQueueDelayed: {
    fault: ({ indexer }) => Object.assign(indexer.state, { oldestMessageSeconds: 1_200 }),
    minutes: 7,
    description: 'The oldest message that the indexer of RegistryIndex team/images holds is 20m 0s old.',
  },
  RegistryIndexPushLag: {
    fault: ({ search }) => search.found('feed', { writtenSecondsAgo: 1, pushedSecondsAgo: 200 }),
    minutes: 32,
    description: 'One in ten pushes to the registry of RegistryIndex team/images is found after 3m 48s or more.',
  },
  RegistryIndexFeedUnread: {
    fault: ({ search }, nowMs) => search.polledAt(nowMs - 10 * 60_000),
    minutes: 7,
    labels: POD,
    description: 'Pod images-search-a of RegistryIndex team/images last read the change feed 10m 0s ago.',
  },
  RegistryIndexFeedLag: {
    fault: ({ search }) => search.found('feed', { writtenSecondsAgo: 100, pushedSecondsAgo: 0.5 }),
    minutes: 22,
    description: 'One in ten records of RegistryIndex team/images is shown 3m 48s or more after it was written.',
  },
  RegistryIndexSearchErrors: {
    fault: ({ search }) => search.answer(503, 5),
    minutes: 12,
    description: 'Search of RegistryIndex team/images answers 50% of the requests with an error of its own.',
  },
  RegistryIndexSearchSlow: {
    fault: ({ search }) => search.answer(200, 3_000),
    minutes: 17,
    description: 'One in a hundred answers of search of RegistryIndex team/images takes 4.92s or more.',
  },
  RegistryIndexNoSearchReplicas: {
    fault: ({ cluster }) => cluster.searchReplicas(0),
    minutes: 7,
    labels: { deployment: 'images-search' },
    description: 'No search pod of RegistryIndex team/images is available, says kube-state-metrics.',
  },
};

const groupsOf = (chart: Rendering) => (chart.object('PrometheusRule').spec as { groups: Group[] }).groups;

describe('each alert fires when it should, says what is wrong, and is gone when that is mended:', () => {
  let groups: readonly Group[];
  let ofCheckout: readonly Group[];
  let rules: ReadonlyMap<string, Rule>;

  beforeAll(async () => {
    const rule = { enabled: true, runbookUrl: 'https://example.com/docs/alerts.md' };
    const { chart, checkout } = await render({
      chart: { metrics: { prometheusRule: rule } },
      checkout: { metrics: { prometheusRule: { enabled: true } } },
    });
    groups = groupsOf(chart);
    ofCheckout = groupsOf(checkout);
    rules = new Map(groups.flatMap((group) => group.rules.map((rule) => [rule.alert, rule])));
  });

  test('every alert of the chart is tried here', () => {
    expect(Object.keys(scenarios).toSorted()).toEqual([...rules.keys()].toSorted());
  });

  test('where nobody has said where the documents are, an alert names its paragraph', () => {
    for (const { alert, annotations } of ofCheckout.flatMap((group) => group.rules)) {
      expect(annotations).not.toHaveProperty('runbook_url');
      expect(annotations.runbook).toBe(`docs/alerts.md#${alert.toLowerCase()}`);
    }
  });

  test('the runbook of every alert is a paragraph of docs/alerts.md that says something', () => {
    const paragraphs = new Map(
      readFileSync('docs/alerts.md', 'utf8')
        .split(/^## /m)
        .map((section) => [section.split('\n')[0]?.toLowerCase(), section.split('\n').slice(1).join(' ').trim()]),
    );
    for (const { annotations } of rules.values()) {
      const { pathname, hash } = new URL(annotations.runbook_url ?? '');
      expect(pathname).toMatch(/\/docs\/alerts\.md$/);
      expect(paragraphs.get(hash.slice(1))?.length).toBeGreaterThan(80);
    }
  });

  test.each(Object.entries(scenarios))('%s', async (alert, scenario) => {
    const { fault, minutes, mendedMinutes = 20, labels = INDEX, description } = scenario;
    const life = createLife(0);
    const none = () =>
      [...rules.keys()].map((each) => ({ scrapes: life.recording.scrapes(), alert: each, firing: [] }));
    await life.pass(HEALTHY_MINUTES);
    const before = none();
    let minute = 0;
    await life.pass(minutes, (programs, nowMs) => fault(programs, nowMs, minute++));
    const rule = rules.get(alert);
    const exp_labels = { ...(Object.keys(labels).length > 0 ? INDEX : {}), ...labels, ...rule?.labels };
    const firing = [{ exp_labels, exp_annotations: { ...rule?.annotations, description } }];
    const during = { scrapes: life.recording.scrapes(), alert, firing };
    await life.pass(mendedMinutes);
    await testRules(groups, life.recording, [...before, during, ...none()]);
  });
});
