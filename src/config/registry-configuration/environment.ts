import { parseEnv } from 'node:util';
import { ConfigError } from '../config-error.ts';
import { type Setting, type Settings, settingsInYaml } from './settings.ts';

/** Variables of a registry's environment by their names. */
export type EnvironmentSettings = ReadonlyMap<string, Setting>;

const ASSIGNMENT = /^\s*(?:export\s+)?[A-Za-z_]\w*\s*=/;

/** Whether every line assigns a variable, as in files for `docker run --env-file`. */
export function isEnvironmentFile(text: string): boolean {
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(?:#.*)?$/.test(line));
  return lines.length > 0 && lines.every((line) => ASSIGNMENT.test(line));
}

export function environmentInFile(text: string, name: string): EnvironmentSettings {
  const lines = text.split(/\r?\n/);
  const lineOf = (variable: string) =>
    lines.findLastIndex((line) => new RegExp(`^\\s*(export\\s+)?${variable}\\s*=`).test(line));
  const entries = Object.entries(parseEnv(text)).map(([variable, value]) => [variable, value ?? ''] as const);
  return new Map(
    entries.map(([variable, value]) => [
      variable,
      { path: [variable], value, place: `${name}:${lineOf(variable) + 1}` },
    ]),
  );
}

export function environmentOf(variables: NodeJS.ProcessEnv): EnvironmentSettings {
  const entries = Object.entries(variables);
  return new Map(entries.map(([name, value]) => [name, { path: [name], value: value ?? '', place: 'environment' }]));
}

/** Not of distribution: podman's, and ours. */
const OF_OTHERS = /^REGISTRY_(?:AUTH_FILE|INDEX_.*|USERNAME|PASSWORD)$/;

export function isOfDistribution(variable: string): boolean {
  return variable.startsWith('REGISTRY_') && !OF_OTHERS.test(variable);
}

/**
 * Settings with the variables `REGISTRY_*` put over them by distribution's rules: the names of a path in capitals with
 * `_` between, the shorter first; one that names a whole section replaces it, and is YAML.
 */
export function overlaid(settings: Settings, environment: EnvironmentSettings): Map<string, Setting> {
  const result = new Map(settings);
  const variables = [...environment.values()].filter(({ path: [name = ''] }) => isOfDistribution(name));
  variables.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  for (const variable of variables) {
    const path = nameOf(variable).toLowerCase().split('_').slice(1);
    const key = path.join('.');
    for (const parent of path.keys()) dropScalar(result, path.slice(0, parent).join('.'));
    for (const old of [...result.keys()]) if (old === key || old.startsWith(`${key}.`)) result.delete(old);
    for (const setting of settingsOf(variable, path)) result.set(setting.path.join('.'), setting);
  }
  return result;
}

function nameOf({ path: [name = ''] }: Setting): string {
  return name;
}

/** `auth: ''` ends where `auth.htpasswd.path` begins. */
function dropScalar(settings: Map<string, Setting>, key: string): void {
  if (settings.get(key)?.value === '') settings.delete(key);
}

function settingsOf({ value, place, path: [name = ''] }: Setting, path: readonly string[]): Setting[] {
  const where = place === 'environment' ? name : `${place} (${name})`;
  const parts = /[:[{]/.test(value) ? yamlParts(value, name) : [];
  if (parts.every((part) => part.path.length === 0)) return [{ path, value: value.trim(), place: where }];
  return parts.map((part) => ({ path: [...path, ...part.path], value: part.value, place: where }));
}

/** Nothing for a text that is no YAML: keys are such texts now and then. */
function yamlParts(value: string, name: string): Setting[] {
  try {
    return settingsInYaml(value, name).flat();
  } catch (error) {
    if (error instanceof ConfigError) return [];
    throw error;
  }
}
