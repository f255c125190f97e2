import { createArtefactReader } from '../../../src/indexer/artefacts/reader.ts';
import type { IndexerDeps } from '../../../src/indexer/repository/outcome.ts';
import { createV2Layout } from '../../../src/storage/v2/layout.ts';
import { createMemoryRecords, type MemoryRecords } from '../index/memory-index.ts';
import { createMemoryStorage, type MemoryStorage } from './memory-storage.ts';
import { digestOf, layOut, type ModelRepository, type Objects, putBlob } from './registry-model.ts';

export const IMAGE_CONFIG = 'application/vnd.oci.image.config.v1+json';

/** A bucket that tests write into while it is read. */
export interface RegistryFixture {
  readonly objects: Objects;
  /** Puts the repository as it now is, and takes away what was there of it. */
  write(repository: ModelRepository): void;
  remove(name: string): void;
  /** Puts an image and answers the text of its manifest, which is the content of a tag. */
  image(labels: Record<string, string>, platform?: string): string;
  /** Puts any JSON and answers its text. */
  json(value: unknown): string;
}

export function createRegistryFixture(): RegistryFixture {
  const objects: Objects = new Map();
  const json = (value: unknown) => {
    const text = JSON.stringify(value);
    putBlob(objects, text);
    return text;
  };
  const remove = (name: string) => {
    const prefix = `docker/registry/v2/repositories/${name}/_`;
    for (const key of objects.keys()) if (key.startsWith(prefix)) objects.delete(key);
  };
  return {
    objects,
    json,
    remove,
    write(repository) {
      remove(repository.name);
      for (const [key, object] of layOut([repository])) objects.set(key, object);
    },
    image(Labels, platform = 'linux/amd64') {
      const [os, architecture] = platform.split('/');
      const config = json({ os, architecture, config: { Labels } });
      return json({ schemaVersion: 2, config: { mediaType: IMAGE_CONFIG, digest: digestOf(config) } });
    },
  };
}

export interface FixtureIndexer extends IndexerDeps {
  readonly records: MemoryRecords;
  readonly storage: MemoryStorage;
}

/** What an indexer needs, on a fixture; the clock counts the calls. */
export function indexerOn(objects: Objects, pageSize = 1_000): FixtureIndexer {
  let clock = 0;
  const storage = createMemoryStorage(objects, { pageSize });
  const layout = createV2Layout({ storage, rootDirectory: '', now: () => ++clock });
  const artefacts = createArtefactReader(layout);
  return { layout, artefacts, records: createMemoryRecords(), epoch: 1, random: () => 0, storage };
}
