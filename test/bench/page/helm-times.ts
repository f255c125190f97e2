import { chartRecord, chartTag } from '../../support/search/chart-records.ts';
import { createServerBench } from '../../support/search/search-server.ts';

export interface HelmTimes {
  readonly versions: number;
  readonly bytes: number;
  readonly gzip: number;
  /** Milliseconds of the first request of its kind, which writes and compresses the file. */
  readonly firstMs: number;
  /** Of a later one, as a whole file and where the client has it already. */
  readonly laterMs: number;
  readonly unchangedMs: number;
}

const CHARTS = 100;
const VERSIONS_OF_EACH = 100;
const TIMES = 50;

/** `/helm/index.yaml` of ten thousand chart versions. */
export async function measureHelmIndex(): Promise<HelmTimes> {
  const records = Array.from({ length: CHARTS }, (_, at) => {
    const name = `chart-${at}`;
    const tags = Array.from({ length: VERSIONS_OF_EACH }, (_, version) => chartTag(chartOf(name, version)));
    return chartRecord(`team-${at % 10}/charts/${name}`, [], { tags });
  });
  const { app } = createServerBench(records, { registryUrl: 'https://registry.example' });
  const get = (headers: Record<string, string> = {}) =>
    app.inject({ url: '/helm/index.yaml', headers: { 'accept-encoding': 'gzip', ...headers }, payloadAsStream: true });
  const timed = async (headers?: Record<string, string>) => {
    const beganMs = performance.now();
    const answer = await get(headers);
    return { ms: performance.now() - beganMs, answer };
  };
  const best = async (headers?: Record<string, string>) => {
    let ms = Number.POSITIVE_INFINITY;
    for (let time = 0; time < TIMES; time += 1) ms = Math.min(ms, (await timed(headers)).ms);
    return ms;
  };
  const first = await timed();
  const { etag } = first.answer.headers;
  const times = { firstMs: first.ms, laterMs: await best(), unchangedMs: await best({ 'if-none-match': `${etag}` }) };
  const sizes = { bytes: await sizeOf(await get({ 'accept-encoding': 'identity' })), gzip: await sizeOf(await get()) };
  await app.close();
  return { versions: CHARTS * VERSIONS_OF_EACH, ...times, ...sizes };
}

export async function sizeOf(answer: { stream(): AsyncIterable<Buffer> }): Promise<number> {
  let bytes = 0;
  for await (const part of answer.stream()) bytes += part.length;
  return bytes;
}

/** With what charts mostly say. */
function chartOf(name: string, version: number) {
  return {
    name,
    version: `1.${version}.0`,
    appVersion: `2.${version}.1`,
    description: `Installs ${name} and all it needs on a cluster, with a database and a cache.`,
    home: `https://${name}.acme.example`,
    icon: `https://${name}.acme.example/icon.svg`,
    kubeVersion: '>=1.28.0-0',
    keywords: ['payments', 'web', name],
    archive: `sha256:${`${version}`.padStart(64, 'f')}`,
    createdAtMs: 1_790_000_000_000 + version,
  };
}
