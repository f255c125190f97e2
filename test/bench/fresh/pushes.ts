import { request } from 'undici';
import { type Artefact, type Blob, image } from '../../../src/standalone/sample/artefacts.ts';
import { push } from '../../env/push.ts';
import type { Registry } from '../../env/registry.ts';

/** Pushes tags, each with a manifest of its own, whose layers are in the registry already. */
export interface Pusher {
  /** Resolves when the registry has answered 201. Rejects with any other answer. */
  push(repository: string, tag: string): Promise<Blob>;
}

const REPOSITORIES = 20;
const CREATED = new Date('2026-11-01T00:00:00Z');

export const repositories: readonly string[] = Array.from({ length: REPOSITORIES }, (_, at) => `bench/app-${at}`);

function artefactOf(tag: string): Artefact {
  const annotations = { 'org.opencontainers.image.version': tag };
  return image({ platforms: ['linux/amd64'], annotations, created: CREATED, content: 'the same in all' });
}

/** Puts the layers into some repositories. Pushes go to the replicas of the registry in turn. */
export async function createPusher(registries: readonly Registry[], names = repositories): Promise<Pusher> {
  for (const name of names) await push(registries[0]?.url ?? '', name, 'first', artefactOf('first'));
  let turn = 0;
  return {
    async push(repository, tag) {
      turn = (turn + 1) % registries.length;
      const registryUrl = registries[turn]?.url;
      const manifest = artefactOf(tag).manifests[0];
      const { statusCode, body } = await request(`${registryUrl}/v2/${repository}/manifests/${tag}`, {
        method: 'PUT',
        headers: { 'content-type': manifest.mediaType },
        body: manifest.bytes,
      });
      await body.dump();
      if (statusCode !== 201) throw new Error(`the registry answered ${statusCode}`);
      return manifest;
    },
  };
}
