import { createHash, randomBytes } from 'node:crypto';

export interface V1Image {
  readonly repository: string;
  readonly tag: string;
  readonly labels?: Readonly<Record<string, string>>;
}

const TIMEOUT_MS = 60_000;
/** Names itself as docker 1.3 did, from which the registry takes what it notes about the tag. */
const USER_AGENT = 'docker/1.3.0 go/go1.3.3 git-commit/c78088f kernel/3.13.0 os/linux arch/amd64';
const LAYER = Buffer.alloc(1_024);

/**
 * Pushes an image of one layer request by request, as docker did until version 1.12, and gives its id. Throws when one
 * is refused.
 */
export async function pushV1(registryUrl: string, { repository, tag, labels = {} }: V1Image): Promise<string> {
  const id = randomBytes(32).toString('hex');
  const json = JSON.stringify({
    id,
    created: '2014-11-01T10:00:00.123456789Z',
    os: 'linux',
    architecture: 'amd64',
    docker_version: '1.3.0',
    config: { Labels: labels },
  });
  const put = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
    request(`${registryUrl}/v1/${path}`, body, headers);
  const images = JSON.stringify([{ id, Tag: tag }]);
  await put(`repositories/${repository}/`, images);
  await put(`images/${id}/json`, json);
  await put(`images/${id}/layer`, LAYER);
  await put(`images/${id}/checksum`, '', { 'x-docker-checksum-payload': checksumOf(json) });
  await put(`repositories/${repository}/tags/${tag}`, JSON.stringify(id));
  await put(`repositories/${repository}/images`, images);
  return id;
}

/** From then on the registry shows it to its owners only. */
export function makePrivate(registryUrl: string, repository: string): Promise<void> {
  return request(`${registryUrl}/v1/repositories/${repository}/properties`, JSON.stringify({ access: 'private' }), {});
}

function checksumOf(json: string): string {
  return `sha256:${createHash('sha256').update(`${json}\n`).update(LAYER).digest('hex')}`;
}

async function request(url: string, body: string | Buffer, headers: Record<string, string>): Promise<void> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, {
    method: 'PUT',
    body: Uint8Array.from(Buffer.from(body)),
    // A worker ends after a hundred requests, and an idle connection after two seconds.
    headers: { 'user-agent': USER_AGENT, connection: 'close', ...headers },
    signal,
  });
  if (!response.ok) throw new Error(`PUT ${url}: ${response.status} ${await response.text()}`);
  await response.body?.cancel();
}
