import { type JsonObject, objectOf, type Parsed, parseObject, stringOf } from './json.ts';
import { type Labels, readLabels } from './labels.ts';
import { platformOf } from './platform.ts';
import { timeOf } from './text.ts';

/** What a config that we know tells of its artefact. */
export interface ArtefactConfig {
  readonly platform: string | undefined;
  readonly createdAtMs: number | undefined;
  readonly labels: Labels;
}

/** The config of an OCI or Docker image. */
export function parseImageConfig(bytes: Buffer): Parsed<ArtefactConfig> {
  const parsed = parseObject(bytes, 'image config');
  return parsed.kind === 'parsed' ? { kind: 'parsed', value: imageConfigOf(parsed.value) } : parsed;
}

/** Also the shape of `v1Compatibility` in a schema 1 manifest. */
export function imageConfigOf(json: JsonObject): ArtefactConfig {
  return {
    platform: platformOf(json),
    createdAtMs: timeOf(stringOf(json.created)),
    labels: readLabels(objectOf(json.config).Labels),
  };
}
