import { ConfigError } from '../config-error.ts';
import { type EnvironmentSettings, isOfDistribution } from './environment.ts';
import type { Setting } from './settings.ts';

/** Whether a document is a compose file. */
export function isCompose(settings: readonly Setting[]): boolean {
  return settings.some(({ path }) => path[0] === 'services' && path.length > 2);
}

export interface ComposeOptions {
  readonly name: string;
  /** Which service is the registry; found by its variables when left out. */
  readonly service: string | undefined;
  /** For `${…}`. */
  readonly environment: EnvironmentSettings;
}

/** The environment of the registry in a compose file. Throws a ConfigError if it is not one service's. */
export function environmentInCompose(settings: readonly Setting[], options: ComposeOptions): Map<string, Setting> {
  const ofServices = settings.filter(({ path: [first, , field] }) => first === 'services' && field === 'environment');
  const variables = ofServices.map((setting) => ({ service: setting.path[1] ?? '', variable: variableIn(setting) }));
  const services = [
    ...new Set(settings.flatMap(({ path: [first, name] }) => (first === 'services' && name ? [name] : []))),
  ];
  const registry = options.service ?? registryAmong(variables, options.name);
  if (!services.includes(registry))
    throw new ConfigError(`${options.name} has no service ${registry}; it has ${services.join(', ')}`);
  const own = variables.filter(({ service }) => service === registry).map(({ variable }) => variable);
  return new Map(own.map((variable) => [variable.path[0] ?? '', interpolated(variable, options.environment)]));
}

/** From `NAME: value`, and from `- NAME=value`; without a value it is that of the shell. */
function variableIn({ path, value, place }: Setting): Setting {
  const key = path[3] ?? '';
  if (!/^\d+$/.test(key)) return { path: [key], value: value === '' ? `\${${key}:-}` : value, place };
  const [, name = '', , given] = /^([^=]*)(=(.*))?$/s.exec(value) ?? [];
  return { path: [name], value: given ?? `\${${name}:-}`, place };
}

function registryAmong(variables: readonly { service: string; variable: Setting }[], name: string): string {
  const isStorage = ({ path: [variable = ''] }: Setting) =>
    isOfDistribution(variable) || ['SETTINGS_FLAVOR', 'AWS_BUCKET', 'STORAGE_PATH'].includes(variable);
  const services = [...new Set(variables.filter(({ variable }) => isStorage(variable)).map(({ service }) => service))];
  const [only, another] = services;
  if (only === undefined)
    throw new ConfigError(`no service of ${name} has variables of a registry; give its config.yml`);
  if (another !== undefined) throw new ConfigError(`name the registry of ${name} by --service: ${services.join(', ')}`);
  return only;
}

/** `$$`, `$NAME`, `${NAME}`, `${NAME:-default}` and their like, as compose fills them in. */
function interpolated(setting: Setting, environment: EnvironmentSettings): Setting {
  const value = setting.value.replace(
    /\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+?])([^}]*))?\})/g,
    (whole: string, bare?: string, braced?: string, operator = '', rest = '') => {
      if (whole === '$$') return '$';
      const found = environment.get(bare ?? braced ?? '')?.value;
      const isSet = operator.startsWith(':') ? Boolean(found) : found !== undefined;
      if (operator.endsWith('+')) return isSet ? rest : '';
      return isSet ? (found ?? '') : operator.endsWith('-') ? rest : '';
    },
  );
  return { ...setting, value };
}
