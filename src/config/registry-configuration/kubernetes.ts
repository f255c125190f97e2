import type { EnvironmentSettings } from './environment.ts';
import { type Setting, settingsInYaml } from './settings.ts';

/** Whether a document is an object of Kubernetes, or a list of them. */
export function isKubernetes(settings: readonly Setting[]): boolean {
  const has = (name: string) => settings.some(({ path }) => path.length === 1 && path[0] === name);
  return has('apiVersion') && has('kind');
}

/** The `config.yml` in a ConfigMap; with the lines of that file. */
export function configurationsIn(settings: readonly Setting[], name: string): Setting[][] {
  return settings
    .filter(({ path }) => path.at(-2) === 'data' && /^config.*\.ya?ml$/.test(path.at(-1) ?? ''))
    .flatMap(({ path, value }) => settingsInYaml(value, `${name} (${path.at(-1)})`));
}

/**
 * The environment of containers. A value that comes from a Secret is not known here, only that there is one, which is
 * all that counts of keys.
 */
export function environmentInKubernetes(settings: readonly Setting[]): EnvironmentSettings {
  const variables = settings.filter(
    ({ path }) => path.includes('containers') && path.at(-3) === 'env' && path.at(-1) === 'name',
  );
  const valueAt = (parent: string) => settings.find(({ path }) => path.join('.') === `${parent}.value`)?.value;
  return new Map(
    variables.map(({ path, value: name, place }) => {
      const value = valueAt(path.slice(0, -1).join('.')) ?? FROM_A_SECRET;
      return [name, { path: [name], value, place }];
    }),
  );
}

const FROM_A_SECRET = '(of a Secret)';
