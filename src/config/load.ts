import { resolve } from 'node:path';
import type { RegistryIndexSpec } from '../api/generated.ts';
import { mistakeInOrigins } from '../api/origin-mistakes.ts';
import { corsOriginsOf, type Settings, settingsOf } from '../api/settings.ts';
import { mistakeInEndpoint, mistakeInSource } from '../api/source-mistakes.ts';
import type { Variables } from '../aws/credentials.ts';
import { ConfigError } from './config-error.ts';
import { fillFromEnvironment } from './environment.ts';
import { type Manifest, readManifest } from './manifest.ts';

export interface ConfigOptions {
  /** Path of a manifest; without one, the environment alone decides. */
  readonly file: string | undefined;
  /** A folder written by a registry's filesystem driver, instead of a bucket. */
  readonly directory: string | undefined;
  readonly env: Variables;
}

export interface Config {
  readonly name: string;
  readonly namespace: string;
  readonly spec: RegistryIndexSpec;
  readonly settings: Settings;
}

function mistakeInUrl(field: string, url = ''): string | undefined {
  return url === '' ? undefined : mistakeInEndpoint(field, url);
}

/** What to index and where, without a cluster. Rejects with a ConfigError. */
export async function loadConfig({ file, directory, env }: ConfigOptions): Promise<Config> {
  const manifest: Manifest = file
    ? await readManifest(file)
    : { name: 'registry-index', namespace: 'default', spec: {} };
  const { name, namespace } = manifest;
  const folder = directory ?? (manifest.spec.bucket ? undefined : env.REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY);
  const given = folder ? { bucket: 'directory', ...manifest.spec } : manifest.spec;
  const spec = fillFromEnvironment(given, env);
  const mistake =
    (folder ? undefined : mistakeInSource(spec)) ??
    mistakeInOrigins(corsOriginsOf(spec)) ??
    mistakeInUrl('dynamodb.endpoint', spec.dynamodb?.endpoint) ??
    mistakeInUrl('registry.url', spec.registry?.url);
  if (mistake) throw new ConfigError(mistake);
  const settings = settingsOf(spec);
  const { repositoryTable, versionTable } = settings.index;
  if (repositoryTable === versionTable)
    throw new ConfigError(
      `repositoryTable and versionTable are both ${versionTable}; they must be two different tables`,
    );
  if (!folder) return { name, namespace, spec, settings };
  const { rootDirectory, layout } = settings.source;
  const source = { kind: 'directory', path: resolve(folder), rootDirectory, layout } as const;
  return { name, namespace, spec, settings: { ...settings, source } };
}
