import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { runCommand } from '../../env/command.ts';
import { requireParts } from '../../env/debian.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { type Recording, SCRAPE_INTERVAL_MS, type Series } from './recording.ts';

export interface FiringAlert {
  readonly exp_labels: Readonly<Record<string, string>>;
  readonly exp_annotations: Readonly<Record<string, string>>;
}

/** What is to be true after so many scrapes. */
export interface Expectation {
  readonly scrapes: number;
  readonly alert: string;
  readonly firing: readonly FiringAlert[];
}

/** Evaluates these rules over a recording, as Prometheus would have; rejects with each expectation that is not met. */
export async function testRules(
  groups: unknown,
  recording: Recording,
  expected: readonly Expectation[],
): Promise<void> {
  await requireParts('prometheus');
  const { path, remove } = await tempDirectory('rules');
  const minutes = SCRAPE_INTERVAL_MS / 60_000;
  const file = {
    rule_files: ['rules.yaml'],
    evaluation_interval: `${minutes}m`,
    tests: [
      {
        interval: `${minutes}m`,
        input_series: recording.series().map(inputSeries),
        alert_rule_test: expected.map(({ scrapes, alert, firing }) => ({
          eval_time: `${(scrapes - 1) * minutes}m`,
          alertname: alert,
          exp_alerts: firing,
        })),
      },
    ],
  };
  await writeFile(join(path, 'rules.yaml'), stringify({ groups }));
  await writeFile(join(path, 'test.yaml'), stringify(file));
  await runCommand('promtool', ['test', 'rules', 'test.yaml'], { directory: path }).finally(remove);
}

/** In promtool's notation, where "_" is a scrape without the series. */
function inputSeries({ series, values }: Series) {
  return { series, values: values.map((value) => value ?? '_').join(' ') };
}

/** What promtool says against the names, types and texts of these metrics, a line each. */
export function lintMetrics(exposition: string): string[] {
  const { stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], {
    input: exposition,
    encoding: 'utf8',
  });
  if (error) throw error;
  return `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
}
