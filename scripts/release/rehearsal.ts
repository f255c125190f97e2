import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILDER_BASE, buildBuilderBase, buildNodeBase, NODE_BASE } from '../../test/env/base-images.ts';
import { type Buildah, buildFromScratch, openBuildah } from '../../test/env/buildah.ts';
import { runCommand } from '../../test/env/command.ts';
import { goTool } from '../../test/env/go-tools.ts';
import { npmVolumes } from '../../test/env/image.ts';
import { startRegistry } from '../../test/env/registry.ts';
import { startVersityGw } from '../../test/env/versitygw.ts';
import { nodeLicenseFile } from '../building/licenses.ts';
import { bundleOf, type Publication, type Published, publish, THIS_PLATFORM } from './publish.ts';

export interface Rehearsal extends Pick<Publication, 'version' | 'platforms' | 'source' | 'context'> {
  /** Other base images than those of the Dockerfile. */
  basesIn(buildah: Buildah): Promise<Publication['buildOptions']>;
  say(step: string): void;
}

/** All of a release but the upload: into a registry on loopback, with a key of its own, and what a user verifies. */
export async function rehearse({ basesIn, say, ...plan }: Rehearsal): Promise<void> {
  const [helm, cosign] = [await goTool('helm'), await goTool('cosign')];
  const stack = new AsyncDisposableStack();
  try {
    const folder = await mkdtemp(join(tmpdir(), 'registry-index-release-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const registry = await startReleaseRegistry();
    stack.defer(registry.stop);
    const buildah = await openBuildah();
    stack.defer(buildah.remove);
    const { privateKey, publicKey } = await makeKey(cosign, folder);
    const publication: Publication = {
      ...plan,
      registry: registry.host,
      buildOptions: await basesIn(buildah),
      key: privateKey,
      isPlain: true,
      attachments: join(folder, 'attachments'),
    };
    const published = await publish(publication, { buildah, helm, cosign, say });
    await verifyPublished({ publication, published, tools: { cosign, helm }, publicKey });
    say('what a user verifies: all signatures, bill of materials, provenance, platforms, and the chart by Helm');
  } finally {
    await stack.disposeAsync();
  }
}

/** A registry on loopback that takes what would be uploaded. */
async function startReleaseRegistry() {
  const s3 = await startVersityGw({ buckets: ['release'] });
  const registry = await startRegistry({ s3, bucket: 'release' });
  return {
    host: registry.host,
    async stop() {
      await registry.stop();
      await s3.stop();
    },
  };
}

/**
 * Options of the build with the base images of tests, which hold this machine's Node and need no other registry. For
 * another platform the base holds nothing: its image is put together here, and does not run.
 */
export async function basesOfThisMachine(buildah: Buildah): Promise<(platform: string) => readonly string[]> {
  await buildNodeBase(buildah);
  await buildBuilderBase(buildah);
  await buildFromScratch(buildah, { name: OTHER_BASE, contents: new Map([['/nodejs/LICENSE', nodeLicenseFile()]]) });
  return (platform) => {
    const base = platform === THIS_PLATFORM ? NODE_BASE : OTHER_BASE;
    const bases = ['--build-arg', `NODE_IMAGE=${base}`, '--build-arg', `BUILDER_IMAGE=${BUILDER_BASE}`];
    return ['--pull-never', ...bases, ...npmVolumes()];
  };
}

const OTHER_BASE = 'localhost/registry-index-test/other-platform:24';

interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** A key for one rehearsal. */
async function makeKey(cosign: string, folder: string): Promise<KeyPair> {
  await runCommand(cosign, ['generate-key-pair'], { directory: folder, env: { COSIGN_PASSWORD: '' } });
  return { privateKey: join(folder, 'cosign.key'), publicKey: join(folder, 'cosign.pub') };
}

interface Verification {
  readonly publication: Publication;
  readonly published: Published;
  readonly tools: { readonly cosign: string; readonly helm: string };
  readonly publicKey: string;
}

/**
 * What a user would look at before installing: signatures, statements, the platforms, and the chart as Helm gets it.
 */
async function verifyPublished({ publication, published, tools, publicKey }: Verification): Promise<void> {
  const { cosign, helm } = tools;
  const { image, chart, query } = published;
  const key = ['--key', publicKey, '--insecure-ignore-tlog=true'];
  const how = [...key, '--allow-http-registry', '--allow-insecure-registry'];
  for (const reference of [image, chart]) await runCommand(cosign, ['verify', ...how, reference]);
  for (const type of ['cyclonedx', 'slsaprovenance1'])
    await runCommand(cosign, ['verify-attestation', ...how, '--type', type, image]);
  await runCommand(cosign, ['verify-blob', ...key, '--bundle', bundleOf(query), query]);
  await verifyPlatforms(publication, image);
  await verifyChart(publication, image, helm);
}

async function verifyPlatforms({ registry, platforms }: Publication, image: string): Promise<void> {
  const [name = '', digest = ''] = image.slice(registry.length + 1).split('@');
  const accept = 'application/vnd.oci.image.index.v1+json';
  const answer = await fetch(`http://${registry}/v2/${name}/manifests/${digest}`, { headers: { accept } });
  const { manifests }: { manifests: { platform: { os: string; architecture: string } }[] } = JSON.parse(
    await answer.text(),
  );
  const found = manifests.map(({ platform }) => `${platform.os}/${platform.architecture}`);
  if (found.toSorted().join() !== platforms.toSorted().join())
    throw new Error(`the image is for ${found}, and not for ${platforms}`);
}

/** It needs no value: its image is the one of the release. */
async function verifyChart({ registry, version }: Publication, image: string, helm: string): Promise<void> {
  const chart = `oci://${registry}/charts/registry-index`;
  const rendered = await runCommand(helm, ['template', 'demo', chart, '--version', version, '--plain-http']);
  const wanted = `image: ${image.replace(/@.*/, '')}:${version}`;
  if (!rendered.replaceAll('"', '').includes(wanted)) throw new Error(`the chart has no ${wanted}`);
}
