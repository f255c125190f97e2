const TIMEOUT_MS = 120_000;

const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** Tags and digests of a repository as the registry itself tells them, sorted by tag. */
export async function tagsByApi(registryUrl: string, name: string): Promise<[string, string][]> {
  const response = await request('GET', `${registryUrl}/v2/${name}/tags/list`);
  if (response.status === 404) return [];
  const { tags }: { tags: string[] | null } = JSON.parse(await response.text());
  const sorted = (tags ?? []).toSorted();
  return Promise.all(sorted.map(async (tag) => [tag, await digestByApi(registryUrl, name, tag)] as [string, string]));
}

export async function digestByApi(registryUrl: string, name: string, tag: string): Promise<string> {
  const response = await request('HEAD', `${registryUrl}/v2/${name}/manifests/${tag}`);
  return response.headers.get('docker-content-digest') ?? `${response.status}`;
}

/** Deletes a manifest, and with it every tag that points to it. */
export async function deleteByApi(registryUrl: string, name: string, digest: string): Promise<void> {
  const response = await request('DELETE', `${registryUrl}/v2/${name}/manifests/${digest}`);
  if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`);
}

/** Names that the registry's catalogue gives, those without a tag included. */
export async function catalogueByApi(registryUrl: string): Promise<string[]> {
  const response = await request('GET', `${registryUrl}/v2/_catalog?n=1000`);
  const { repositories }: { repositories: string[] } = JSON.parse(await response.text());
  return repositories;
}

/** What a tag's manifest says by the registry's API: the platforms it runs on. */
export async function platformsByApi(registryUrl: string, name: string, digest: string): Promise<string[]> {
  const manifest: ApiManifest = await jsonByApi(`${registryUrl}/v2/${name}/manifests/${digest}`);
  if (manifest.manifests) {
    const platforms = manifest.manifests.flatMap(({ platform }) => platform ?? []);
    return platforms
      .filter(({ os }) => os !== 'unknown')
      .map(platformText)
      .sort();
  }
  if (!manifest.config || !/(oci|container)\.image(\.config)?\.v1/.test(manifest.config.mediaType)) return [];
  return [platformText(await jsonByApi(`${registryUrl}/v2/${name}/blobs/${manifest.config.digest}`))];
}

interface ApiPlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

interface ApiManifest {
  readonly manifests?: readonly { readonly platform?: ApiPlatform }[];
  readonly config?: { readonly mediaType: string; readonly digest: string };
}

/** The images of these tests that say a variant say `v8`, which the normal form leaves out. */
function platformText({ os, architecture, variant }: ApiPlatform): string {
  return [os, architecture, variant === 'v8' ? '' : variant].filter(Boolean).join('/');
}

async function jsonByApi<T>(url: string): Promise<T> {
  const response = await request('GET', url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return JSON.parse(await response.text());
}

function request(method: string, url: string): Promise<Response> {
  return fetch(url, { method, headers: { accept: MANIFEST_TYPES }, signal: AbortSignal.timeout(TIMEOUT_MS) });
}
