import { join } from 'node:path';
import { BUILDER_BASE, buildBuilderBase, buildNodeBase, NODE_BASE } from '../../test/env/base-images.ts';
import { type Buildah, buildFromScratch } from '../../test/env/buildah.ts';
import { runCommand } from '../../test/env/command.ts';
import { npmVolumes } from '../../test/env/image.ts';
import { startRegistry } from '../../test/env/registry.ts';
import { startVersityGw } from '../../test/env/versitygw.ts';
import { nodeLicenseFile } from '../building/licenses.ts';
import { bundleOf, type Published } from './publish.ts';

/** A registry on loopback that takes what would be uploaded. */
export async function startReleaseRegistry() {
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
 * Options of the build with the base images of tests, which hold this machine's Node and need no other registry. For another
 * platform the base holds nothing: its image is put together here, and does not run.
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

const THIS_PLATFORM = `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`;
const OTHER_BASE = 'localhost/registry-index-test/other-platform:24';

export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** A key for one rehearsal. */
export async function makeKey(cosign: string, folder: string): Promise<KeyPair> {
  await runCommand(cosign, ['generate-key-pair'], { directory: folder, env: { COSIGN_PASSWORD: '' } });
  return { privateKey: join(folder, 'cosign.key'), publicKey: join(folder, 'cosign.pub') };
}

export interface Verification {
  readonly published: Published;
  readonly tools: { readonly cosign: string; readonly helm: string };
  readonly publicKey: string;
  readonly version: string;
  readonly registry: string;
}

/** What a user would look at before installing: signatures, statements, the platforms, and the chart as Helm gets it. */
export async function verifyPublished({ published, tools, publicKey, version, registry }: Verification): Promise<void> {
  const { cosign, helm } = tools;
  const how = ['--key', publicKey, '--insecure-ignore-tlog=true', '--allow-http-registry', '--allow-insecure-registry'];
  for (const reference of [published.image, published.chart]) await runCommand(cosign, ['verify', ...how, reference]);
  for (const type of ['cyclonedx', 'slsaprovenance1'])
    await runCommand(cosign, ['verify-attestation', ...how, '--type', type, published.image]);
  const { query } = published;
  const blob = ['verify-blob', '--key', publicKey, '--insecure-ignore-tlog=true', '--bundle', bundleOf(query), query];
  await runCommand(cosign, blob);
  const chart = ['template', 'demo', `oci://${registry}/charts/registry-index`, '--version', version, '--plain-http'];
  const rendered = await runCommand(helm, chart);
  const image = `image: "${published.image.replace(/@.*/, '')}:${version}"`;
  if (!rendered.includes(image)) throw new Error(`the chart without values has no ${image}`);
}
