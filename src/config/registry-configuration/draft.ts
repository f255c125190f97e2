import type { RegistryIndexSpec } from '../../api/generated.ts';
import type { Setting } from './settings.ts';

/** A sentence about a setting that is not taken over as it is. */
export interface Note {
  readonly setting: Setting;
  readonly text: string;
}

/** A Secret that the resource names, with its entries; their values are never known here. */
export interface NeededSecret {
  readonly name: string;
  readonly entries: readonly string[];
  /** Where the entries come from. */
  readonly about: string;
}

/** What a registry's configuration says of its index. */
export interface Draft {
  readonly spec: RegistryIndexSpec;
  readonly secrets: readonly NeededSecret[];
  readonly notes: readonly Note[];
  /** Sentences about the whole, such as what the operator's chart must allow. */
  readonly remarks: readonly string[];
}

/** `config.yml:12: storage.s3.skipverify: …`; values are never shown, because some are secret. */
export function lineOfNote({ setting: { place, path }, text }: Note): string {
  return `${place}: ${path.join('.')}: ${text}`;
}
