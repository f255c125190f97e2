import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { ConfigError } from '../config-error.ts';
import { environmentInCompose, isCompose } from './compose.ts';
import { draftOfDistribution } from './distribution.ts';
import { draftOfV1, settingsOfV1Image } from './docker-registry-v1.ts';
import type { Draft } from './draft.ts';
import {
  type EnvironmentSettings,
  environmentInFile,
  environmentOf,
  isEnvironmentFile,
  isOfDistribution,
  overlaid,
} from './environment.ts';
import { configurationsIn, environmentInKubernetes, isKubernetes } from './kubernetes.ts';
import { byPath, type Setting, type Settings, settingsInYaml } from './settings.ts';

/** A configuration has some kilobytes. */
const MAX_CHARACTERS = 1024 * 1024;

export interface ReadOptions {
  /** Files, later ones above earlier ones; `-` is standard input. The environment is above them all. */
  readonly from: readonly string[];
  readonly flavor: string | undefined;
  readonly service: string | undefined;
  /** Of the resource. */
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The index of a registry from what configures the registry: a `config.yml` of distribution or of docker-registry v1, a
 * compose file, a file of variables, objects of Kubernetes, or variables alone. Rejects with a ConfigError.
 */
export async function draftFrom({ from, flavor, service, name, env }: ReadOptions): Promise<Draft> {
  const ofProcess = environmentOf(env);
  let found: Found = { settings: undefined, environment: new Map() };
  for (const path of from) {
    const text = await contentOf(path);
    const file = path === '-' ? 'standard input' : basename(path);
    found = above(found, foundIn(text, { file, service, environment: new Map([...found.environment, ...ofProcess]) }));
  }
  const environment = new Map([...found.environment, ...ofProcess]);
  if (isV1(found, environment, flavor))
    return draftOfV1(found.settings ?? settingsOfV1Image(), { name, flavor, environment });
  if (flavor)
    throw new ConfigError('--flavor goes with a configuration of docker-registry v1, and this is of distribution');
  return draftOfDistribution(overlaid(found.settings ?? new Map(), environment), name);
}

interface Found {
  readonly settings: Settings | undefined;
  readonly environment: EnvironmentSettings;
}

function above(one: Found, other: Found): Found {
  return {
    settings: other.settings ?? one.settings,
    environment: new Map([...one.environment, ...other.environment]),
  };
}

async function contentOf(path: string): Promise<string> {
  const reading = path === '-' ? textOf(process.stdin) : readFile(path, 'utf8');
  const text = await reading.catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(`cannot read ${path} (${error.code}); name a file that this user may read`, error);
  });
  if (text.length > MAX_CHARACTERS) throw new ConfigError(`${path} is longer than a configuration can be`);
  if (text.trim() === '') throw new ConfigError(`${path} is empty`);
  return text;
}

interface FileOptions {
  readonly file: string;
  readonly service: string | undefined;
  readonly environment: EnvironmentSettings;
}

function foundIn(text: string, { file, service, environment }: FileOptions): Found {
  if (isEnvironmentFile(text)) return { settings: undefined, environment: environmentInFile(text, file) };
  const documents = settingsInYaml(text, file);
  const [first = []] = documents;
  if (isKubernetes(first)) return foundInObjects(documents, file);
  if (isCompose(first))
    return { settings: undefined, environment: environmentInCompose(first, { name: file, service, environment }) };
  if (first.every(({ path }) => path.length === 0))
    throw new ConfigError(`${file} is no configuration: it has no settings`);
  return { settings: byPath(first), environment: new Map() };
}

function foundInObjects(documents: readonly Setting[][], file: string): Found {
  const [configuration, another] = documents.flatMap((document) => configurationsIn(document, file));
  if (another) throw new ConfigError(`${file} has several config.yml; give the objects of one registry alone`);
  return {
    settings: configuration && byPath(configuration),
    environment: new Map(documents.flatMap((document) => [...environmentInKubernetes(document)])),
  };
}

/** Sections of distribution's configuration; v1's has flavors there. */
const SECTIONS = ['version', 'storage', 'http', 'auth', 'log', 'notifications', 'proxy'];

function isV1({ settings }: Found, environment: EnvironmentSettings, flavor: string | undefined): boolean {
  if (settings) return ![...settings.values()].some(({ path: [first = ''] }) => SECTIONS.includes(first));
  const hasStorage = [...environment.keys()].some(
    (name) => isOfDistribution(name) && name.startsWith('REGISTRY_STORAGE'),
  );
  return !hasStorage && (flavor !== undefined || environment.has('SETTINGS_FLAVOR') || environment.has('AWS_BUCKET'));
}
