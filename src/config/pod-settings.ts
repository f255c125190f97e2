import type { RegistryIndexSpec } from '../api/generated.ts';
import { SPEC_SCHEMA } from '../api/generated-schema.ts';
import { strictSchema } from './strict-schema.ts';

type PodSettings = NonNullable<RegistryIndexSpec['podTemplate']>;

const POD_SETTINGS = strictSchema<PodSettings>(SPEC_SCHEMA.properties.podTemplate);

/** Pod settings from the command line; a text says what is wrong with them. */
export function parsePodSettings(json: string): PodSettings | string {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return 'wanted a JSON object, such as {"nodeSelector":{"pool":"tools"}}';
  }
  return POD_SETTINGS.fits(value) ? value : POD_SETTINGS.mistake('podDefaults');
}
