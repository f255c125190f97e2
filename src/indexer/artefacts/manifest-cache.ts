import { mayPass } from '../../api/fault.ts';
import type { Digest, InspectedManifest } from '../../oci/manifest-facts.ts';
import { createTextTable } from '../off-heap-map.ts';

/** What manifests told, so that those that several repositories have are read once. */
export interface ManifestCache {
  get(digest: Digest): InspectedManifest | undefined;
  /** Of what could not be read in full nothing is remembered where it may be mended. */
  add(digest: Digest, reading: InspectedManifest): void;
}

/**
 * Off the heap; of most manifests a reading is about 200 long. In a larger registry some of the later are read once
 * more.
 */
const MAX_CHARACTERS = 64 * 1024 * 1024;
const MAX_LENGTH = 4_096;

export function createManifestCache(): ManifestCache {
  const table = createTextTable();
  let characters = 0;

  return {
    get(digest) {
      const entry = table.get(digest);
      return entry && parse(entry.text);
    },
    add(digest, reading) {
      if (reading.problems.some(({ kind }) => mayPass(kind)) || table.get(digest)) return;
      const text = JSON.stringify(reading);
      if (text.length > MAX_LENGTH || characters + text.length > MAX_CHARACTERS) return;
      characters += digest.length + text.length;
      table.set({ key: digest, text, state: 0 });
    },
  };
}

/** JSON leaves out what is undefined. */
function parse(text: string): InspectedManifest {
  const { facts, problems }: InspectedManifest = JSON.parse(text);
  return { facts, problems };
}
