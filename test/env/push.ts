import type { Artefact, Blob } from '../../src/standalone/sample/artefacts.ts';
import { sampleTags } from '../../src/standalone/sample/repositories.ts';

const TIMEOUT_MS = 120_000;

/** Pushes an artefact as any client does: its blobs, then its manifests, the last one under the tag. */
export async function push(
  registryUrl: string,
  name: string,
  tag: string,
  { manifests, blobs }: Artefact,
): Promise<void> {
  const repository = `${registryUrl}/v2/${name}`;
  for (const blob of blobs) await pushBlob(repository, blob);
  for (const manifest of manifests) {
    const reference = manifest === manifests.at(-1) ? tag : manifest.digest;
    await send('PUT', `${repository}/manifests/${reference}`, manifest, manifest.mediaType);
  }
}

/** Pushes the whole sample registry. */
export async function pushSample(registryUrl: string): Promise<void> {
  for (const { repository, tag, artefact } of sampleTags()) await push(registryUrl, repository, tag, artefact);
}

async function pushBlob(repository: string, blob: Blob): Promise<void> {
  const begun = await send('POST', `${repository}/blobs/uploads/`);
  const location = new URL(begun.headers.get('location') ?? '', repository);
  location.searchParams.set('digest', blob.digest);
  await send('PUT', location.href, blob, 'application/octet-stream');
}

async function send(method: string, url: string, blob?: Blob, type?: string): Promise<Response> {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(blob && type ? { body: new Uint8Array(blob.bytes), headers: { 'content-type': type } } : {}),
  });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return response;
}
