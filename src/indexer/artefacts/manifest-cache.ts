import { mayPass } from '../../api/fault.ts';
import type { Digest, InspectedManifest } from '../../oci/manifest-facts.ts';
import { createOffHeapMap } from '../off-heap-map.ts';

/** Inspected manifests, so that a manifest that many repositories share is read once. */
export interface ManifestCache {
  get(digest: Digest): InspectedManifest | undefined;
  /** Ignores manifests with problems that may pass: they are read again. */
  add(digest: Digest, inspected: InspectedManifest): void;
}

/** Off the heap. Most manifests take about 200 characters; when the cache is full, later ones are not kept. */
const MAX_CHARACTERS = 64 * 1024 * 1024;
const MAX_LENGTH = 4_096;

export function createManifestCache(): ManifestCache {
  const table = createOffHeapMap();
  let characters = 0;

  return {
    get(digest) {
      const entry = table.get(digest);
      return entry && parse(entry.text);
    },
    add(digest, inspected) {
      if (inspected.problems.some(({ kind }) => mayPass(kind)) || table.get(digest)) return;
      const text = JSON.stringify(inspected);
      if (text.length > MAX_LENGTH || characters + text.length > MAX_CHARACTERS) return;
      characters += digest.length + text.length;
      table.set({ key: digest, text, state: 0 });
    },
  };
}

/** JSON leaves out undefined fields. */
function parse(text: string): InspectedManifest {
  const { facts, problems }: InspectedManifest = JSON.parse(text);
  return { facts, problems };
}
