import { mapOrdered } from '../../../src/async/map-ordered.ts';
import { image } from '../../../src/standalone/sample/artefacts.ts';
import { push } from '../../env/push.ts';

const AT_ONCE = 16;
const CREATED_MS = Date.UTC(2026, 0, 1);

export function repositoryName(number: number): string {
  return `team-${number % 40}/service-${number}`;
}

/** Pushes so many repositories of one image each, every image another one, as a client does. */
export async function pushRepositories(registryUrl: string, repositories: number, build = 'first'): Promise<void> {
  const numbers = Array.from({ length: repositories }, (_, number) => number);
  const pushOne = async (number: number) => {
    const artefact = image({
      platforms: ['linux/amd64'],
      labels: { 'org.opencontainers.image.title': `Service ${number}`, team: `team-${number % 40}`, build },
      created: new Date(CREATED_MS + number * 60_000),
      content: `service ${number}, ${build}`,
    });
    await push(registryUrl, repositoryName(number), 'latest', artefact);
  };
  for await (const _ of mapOrdered(numbers, AT_ONCE, pushOne));
}

export interface ApiWalk {
  readonly repositories: number;
  readonly tags: number;
  readonly seconds: number;
}

const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const NAMES_A_PAGE = 1_000;

/** What a client finds out about a whole registry through its own API: names, tags, and each tag's manifest. */
export async function walkByApi(registryUrl: string): Promise<ApiWalk> {
  const startedAtMs = performance.now();
  const names = await catalogue(registryUrl);
  let tags = 0;
  for await (const found of mapOrdered(names, AT_ONCE, (name) => tagsOf(registryUrl, name))) tags += found;
  return { repositories: names.length, tags, seconds: (performance.now() - startedAtMs) / 1_000 };
}

async function catalogue(registryUrl: string): Promise<string[]> {
  const names: string[] = [];
  for (let last = ''; ; last = names.at(-1) ?? '') {
    const url = `${registryUrl}/v2/_catalog?n=${NAMES_A_PAGE}&last=${encodeURIComponent(last)}`;
    const { repositories }: { repositories: string[] } = JSON.parse(await textOf(url));
    names.push(...repositories);
    if (repositories.length < NAMES_A_PAGE) return names;
  }
}

async function tagsOf(registryUrl: string, name: string): Promise<number> {
  const { tags }: { tags: string[] | null } = JSON.parse(await textOf(`${registryUrl}/v2/${name}/tags/list`));
  for (const tag of tags ?? []) await textOf(`${registryUrl}/v2/${name}/manifests/${tag}`);
  return tags?.length ?? 0;
}

async function textOf(url: string): Promise<string> {
  const response = await fetch(url, { headers: { accept: MANIFESTS }, signal: AbortSignal.timeout(600_000) });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.text();
}
