import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Buildah } from '../../test/env/buildah.ts';
import { runCommand } from '../../test/env/command.ts';
import { buildProgram } from '../building/program.ts';
import { provenanceOf } from './provenance.ts';
import { releasedChart } from './released-chart.ts';

export interface Publication {
  readonly version: string;
  /** As in `ghcr.io/owner`: the image and the chart get names below it. */
  readonly registry: string;
  readonly platforms: readonly string[];
  /** The folder with the Dockerfile. */
  readonly context: string;
  readonly source: {
    readonly repository: string;
    readonly commit: string;
    readonly committedAtS: number;
    readonly builder: string;
  };
  /** Options of the build for a platform, such as other base images. */
  readonly buildOptions: (platform: string) => readonly string[];
  /** A private key of cosign; the identity of the workflow when left out. */
  readonly key: string | undefined;
  /** The registry speaks http, as one on loopback does. */
  readonly isPlain: boolean;
  /** The folder for what is attached to the release's page. */
  readonly attachments: string;
}

export interface Tools {
  readonly buildah: Buildah;
  readonly helm: string;
  readonly cosign: string;
  say(step: string): void;
}

/** What was uploaded, each by its digest, and the file of query alone. */
export interface Published {
  readonly image: string;
  readonly chart: string;
  readonly query: string;
}

export const THIS_PLATFORM = `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`;

/** The signature of a file. */
export const bundleOf = (file: string) => `${file}.bundle`;

const ROOT = resolve(import.meta.dirname, '..', '..');
const CHART = join(ROOT, 'charts/registry-index');

/** Builds, uploads and signs the image with its bill of materials and its provenance, and the chart. */
export async function publish(publication: Publication, tools: Tools): Promise<Published> {
  const folder = await mkdtemp(join(tmpdir(), 'registry-index-release-'));
  const startedAt = new Date().toISOString();
  try {
    const image = await publishImage(publication, tools, folder);
    tools.say(`image ${image}`);
    const { repository, commit, builder } = publication.source;
    const provenance = join(folder, 'provenance.json');
    const origin = { repository, commit, builder, startedAt, finishedAt: new Date().toISOString() };
    await writeFile(provenance, JSON.stringify(provenanceOf(origin)));
    await buildProgram(join(folder, 'dist'));
    const sign = signer(publication, tools, folder);
    await sign.image(image);
    tools.say('signature');
    await sign.statement(image, 'cyclonedx', join(folder, 'dist', 'registry-index.cdx.json'));
    tools.say('bill of materials (CycloneDX)');
    await sign.statement(image, 'slsaprovenance1', provenance);
    tools.say('provenance (SLSA 1.0)');
    const chart = await publishChart(publication, { ...tools, image }, folder);
    await sign.image(chart);
    tools.say(`chart ${chart}, signed`);
    const { query, bill } = await attach(join(folder, 'dist'), publication.attachments);
    await sign.file(query);
    tools.say(`${basename(query)} for people's machines, signed, and ${basename(bill)}`);
    return { image, chart, query };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** An index of images, one for each platform, however many there are. */
async function publishImage(publication: Publication, { buildah }: Tools, folder: string): Promise<string> {
  const { version, registry, platforms, context, source, buildOptions, isPlain } = publication;
  const name = `${registry}/registry-index`;
  const labels = Object.entries({
    title: 'registry-index',
    version,
    revision: source.commit,
    source: source.repository,
    licenses: 'Apache-2.0',
  }).flatMap(([key, value]) => ['--label', `org.opencontainers.image.${key}=${value}`]);
  const list = `localhost/registry-index-release:${version}`;
  const timestamp = ['--timestamp', String(source.committedAtS)];
  for (const platform of platforms)
    await buildah.run(
      'bud',
      '--format',
      'oci',
      '--platform',
      platform,
      '--manifest',
      list,
      ...timestamp,
      ...labels,
      // Older versions of buildah do not know it by themselves, and would build the program on the other platform.
      '--build-arg',
      `BUILDPLATFORM=${THIS_PLATFORM}`,
      ...buildOptions(platform),
      context,
    );
  const digestFile = join(folder, 'image.digest');
  const options = ['--all', '--digestfile', digestFile, `--tls-verify=${!isPlain}`];
  await buildah.run('manifest', 'push', ...options, list, `docker://${name}:${version}`);
  return `${name}@${(await readFile(digestFile, 'utf8')).trim()}`;
}

async function publishChart(
  publication: Publication,
  { helm, image }: Tools & { readonly image: string },
  folder: string,
): Promise<string> {
  const { version, registry, source, isPlain } = publication;
  const chart = join(folder, 'chart', 'registry-index');
  await cp(CHART, chart, { recursive: true });
  const read = (name: string) => readFile(join(CHART, name), 'utf8');
  const files = { chart: await read('Chart.yaml'), values: await read('values.yaml'), readme: await read('README.md') };
  const released = releasedChart(files, { version, repository: source.repository, image });
  await writeFile(join(chart, 'Chart.yaml'), released.chart);
  await writeFile(join(chart, 'values.yaml'), released.values);
  await writeFile(join(chart, 'README.md'), released.readme);
  await runCommand(helm, ['package', chart, '--destination', folder]);
  const plain = isPlain ? ['--plain-http'] : [];
  const file = join(folder, `registry-index-${version}.tgz`);
  const push = [helm, 'push', file, `oci://${registry}/charts`, ...plain];
  // helm says on its error stream what it has pushed.
  const said = await runCommand('sh', ['-c', '"$0" "$@" 2>&1', ...push]);
  const digest = /sha256:[0-9a-f]{64}/.exec(said)?.[0];
  if (digest === undefined) throw new Error(`helm push has named no digest: ${said}`);
  return `${registry}/charts/registry-index@${digest}`;
}

/** What people take from the release's page: query as one file, and the bill of materials. */
async function attach(dist: string, attachments: string) {
  await mkdir(attachments, { recursive: true });
  const copy = async (name: string) => {
    await cp(join(dist, name), join(attachments, name));
    return join(attachments, name);
  };
  return { query: await copy('registry-index-query.mjs'), bill: await copy('registry-index.cdx.json') };
}

/** With a key nothing is uploaded to a public log; a workflow signs by its identity, which such a log keeps. */
function signer({ key, isPlain }: Publication, { cosign }: Tools, folder: string) {
  const who = ['--yes', ...(key ? ['--key', key, '--tlog-upload=false'] : [])];
  const how = [...who, ...(isPlain ? ['--allow-http-registry', '--allow-insecure-registry'] : [])];
  const run = (...args: readonly string[]) =>
    runCommand(cosign, args, { directory: folder, env: { COSIGN_PASSWORD: '' } });
  return {
    image: (reference: string) => run('sign', ...how, reference),
    file: (path: string) => run('sign-blob', ...who, '--bundle', bundleOf(path), path),
    statement: (reference: string, type: string, predicate: string) =>
      run('attest', ...how, '--type', type, '--predicate', predicate, reference),
  };
}
