import type { RegistryIndexSpec } from '../api/generated.ts';
import { SPEC_SCHEMA } from '../api/generated-schema.ts';
import { compileStrict, mistakeOf } from './strict-schema.ts';

type PodSettings = NonNullable<RegistryIndexSpec['podTemplate']>;

const isPodSettings = compileStrict<PodSettings>(SPEC_SCHEMA.properties.podTemplate);

/** Pod settings from the command line; a text says what is wrong with them. */
export function parsePodSettings(json: string): PodSettings | string {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return 'wanted a JSON object, such as {"nodeSelector":{"pool":"tools"}}';
  }
  return isPodSettings(value) ? value : mistakeOf(isPodSettings, 'podDefaults');
}
