import { readFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import { parseAllDocuments } from 'yaml';
import { mistakeInAccessRules } from '../api/access-mistakes.ts';
import type { RegistryIndexSpec } from '../api/generated.ts';
import { SPEC_SCHEMA } from '../api/generated-schema.ts';
import { API_VERSION, KIND } from '../api/registry-index.ts';
import { isRecord } from '../json/is-record.ts';
import { ConfigError } from './config-error.ts';
import { strictSchema } from './strict-schema.ts';

/** A RegistryIndex as a file. Unlike in a cluster, the environment may fill what it leaves out. */
export interface Manifest {
  readonly name: string;
  /** `default` where the manifest names none, as in a cluster. */
  readonly namespace: string;
  readonly spec: Partial<RegistryIndexSpec>;
}

/** Required fields may be missing here, because the environment fills them. */
const SPEC = strictSchema<Partial<RegistryIndexSpec>>({ ...SPEC_SCHEMA, required: [] });

/**
 * Reads the one RegistryIndex of a YAML file, or of standard input where `path` is `-`. Rejects with a ConfigError that
 * names file, field and mistake.
 */
export async function readManifest(path: string): Promise<Manifest> {
  const reading = path === '-' ? textOf(process.stdin) : readFile(path, 'utf8');
  const text = await reading.catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(`cannot read ${path}: ${UNREADABLE.get(error.code ?? '') ?? error.code}`, error);
  });
  try {
    return parseManifest(text);
  } catch (error) {
    throw new ConfigError(`${path}: ${error instanceof Error ? error.message : 'not readable'}`, error);
  }
}

const UNREADABLE: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['ENOTDIR', 'there is no such file'],
  ['EISDIR', 'it is a folder; name the file'],
  ['EACCES', 'this user may not read it'],
]);

/** Throws a ConfigError. */
export function parseManifest(text: string): Manifest {
  const documents = parseAllDocuments(text);
  const broken = documents.flatMap(({ errors }) => errors)[0];
  if (broken) throw new ConfigError(broken.message, broken);
  const resources = documents.map((document): unknown => document.toJS()).filter(isRegistryIndex);
  const [resource, ...others] = resources;
  if (!resource || others.length > 0)
    throw new ConfigError(`wanted one ${KIND} of ${API_VERSION}, found ${resources.length}`);
  const spec: unknown = resource.spec ?? {};
  const { name = 'registry-index', namespace = 'default' } = namesOf(resource);
  return { name, namespace, spec: checkSpec(spec) };
}

function checkSpec(spec: unknown): Partial<RegistryIndexSpec> {
  if (!SPEC.fits(spec)) throw new ConfigError(SPEC.mistake('spec'));
  const mistake = mistakeInAccessRules(spec);
  if (mistake !== undefined) throw new ConfigError(mistake);
  return spec;
}

function isRegistryIndex(value: unknown): value is { metadata?: unknown; spec?: unknown } {
  return isRecord(value) && value.apiVersion === API_VERSION && value.kind === KIND;
}

function namesOf({ metadata }: { metadata?: unknown }): { readonly name?: string; readonly namespace?: string } {
  const { name, namespace } = isRecord(metadata) ? metadata : {};
  return {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof namespace === 'string' ? { namespace } : {}),
  };
}
