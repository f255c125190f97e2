import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../env/command.ts';
import { requireParts } from '../../env/debian.ts';
import { freePort } from '../../env/free-port.ts';
import { isHealthy } from '../../env/http-probe.ts';
import { startProcess } from '../../env/process.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { type Recording, SCRAPE_INTERVAL_MS } from './recording.ts';

export interface PrometheusServer {
  /** The values that an expression has at a time in milliseconds since 1970; rejects where it cannot be read. */
  query(expression: string, atMs: number): Promise<readonly number[]>;
  stop(): Promise<void>;
}

/** A Prometheus that has scraped nothing itself and has this recording, which began at `startMs`. */
export async function startPrometheus(recording: Recording, startMs: number): Promise<PrometheusServer> {
  await requireParts('prometheus');
  const directory = await tempDirectory('prometheus');
  const inside = (name: string) => join(directory.path, name);
  await writeFile(inside('recording.txt'), openMetrics(recording, startMs));
  await writeFile(inside('prometheus.yml'), '{}');
  const blocks = ['tsdb', 'create-blocks-from', 'openmetrics', inside('recording.txt'), inside('data')];
  await runCommand('promtool', blocks);
  const address = `127.0.0.1:${await freePort()}`;
  const server = await startProcess({
    name: 'prometheus',
    command: 'prometheus',
    args: [
      `--web.listen-address=${address}`,
      `--config.file=${inside('prometheus.yml')}`,
      `--storage.tsdb.path=${inside('data')}`,
    ],
    directory: directory.path,
    ready: () => isHealthy(`http://${address}/-/ready`),
  });
  return {
    async query(expression, atMs) {
      const parameters = new URLSearchParams({ query: expression, time: `${atMs / 1_000}` });
      const response = await fetch(`http://${address}/api/v1/query?${parameters}`);
      const { data, error } = (await response.json()) as QueryAnswer;
      if (!data) throw new Error(`${expression}: ${error}`);
      return data.result.map(({ value }) => Number(value[1]));
    },
    async stop() {
      await server.stop();
      await directory.remove();
    },
  };
}

interface QueryAnswer {
  readonly data?: { readonly result: readonly { readonly value: readonly [number, string] }[] };
  readonly error?: string;
}

function openMetrics(recording: Recording, startMs: number): string {
  const lines = recording.series().flatMap(({ series, values }) =>
    values.flatMap((value, at) => {
      const seconds = (startMs + at * SCRAPE_INTERVAL_MS) / 1_000;
      return value === undefined ? [] : [`${series} ${value} ${seconds}`];
    }),
  );
  return `${lines.join('\n')}\n# EOF\n`;
}
