import type { RegistryIndexSpec } from '../../api/generated.ts';
import { ConfigError } from '../config-error.ts';
import { DEFAULT_DATABASE, DEFAULT_REGION } from '../environment.ts';
import type { Draft } from './draft.ts';
import type { EnvironmentSettings } from './environment.ts';
import { ifGiven, ifOff, notesOf, type Rule, textAt } from './rules.ts';
import { booleanOf, byPath, type Setting, type Settings, settingsInYaml } from './settings.ts';
import { keysSecret, missingRegion, storeOf } from './store.ts';

/** What the configuration in the registry's own image makes of variables alone. */
const OF_THE_IMAGE = `
s3:
  storage: s3
  s3_region: _env:AWS_REGION
  s3_bucket: _env:AWS_BUCKET
  storage_path: _env:STORAGE_PATH:/registry
  s3_secure: _env:AWS_SECURE:true
  s3_access_key: _env:AWS_KEY
  s3_secret_key: _env:AWS_SECRET
  boto_host: _env:AWS_HOST
  boto_port: _env:AWS_PORT
  boto_calling_format: _env:AWS_CALLING_FORMAT
`;

export function settingsOfV1Image(): Settings {
  return byPath(settingsInYaml(OF_THE_IMAGE, 'docker-registry').flat());
}

export interface V1Options {
  readonly name: string;
  /** A section of the configuration; SETTINGS_FLAVOR, or the one with S3, when left out. */
  readonly flavor: string | undefined;
  readonly environment: EnvironmentSettings;
}

/** The index of a docker-registry v1. Throws a ConfigError. */
export function draftOfV1(settings: Settings, options: V1Options): Draft {
  const { name, environment } = options;
  const flavor = flavorOf(settings, options);
  const own = withValues(settings, flavor, environment);
  const at = (...paths: string[]) => paths.map((path) => textAt(own, path)).find((found) => found !== undefined);
  checkStorage(own, flavor);
  const store = storeOf({
    bucket: at('s3_bucket', 'boto_bucket'),
    region: at('s3_region'),
    endpoint: endpointIn(own),
    rootDirectory: at('storage_path')?.value ?? '/registry',
    forcePathStyle: /subdomain|vhost/i.test(at('boto_calling_format')?.value ?? '') ? false : undefined,
    isSecure: booleanOf(at('s3_secure')) ?? true,
    accessKey: at('s3_access_key'),
    secretKey: at('s3_secret_key'),
  });
  const original = (word: string) =>
    at(`extensions.dynamodb_index.${word}`)?.value ?? environment.get(`DYNAMODB_${word.toUpperCase()}`)?.value;
  const hasTableKeys = Boolean(original('access_key') && original('secret_access_key'));
  const keys = keysSecret(name, { ...store, hasTableKeys });
  const region = original('region') ?? store.region ?? DEFAULT_REGION;
  const spec: RegistryIndexSpec = {
    database: original('database') ?? DEFAULT_DATABASE,
    ...optional('repositoryTable', original('repository_table')),
    ...optional('versionTable', original('version_table')),
    region,
    bucket: store.bucket,
    storage: {
      ...store.storage,
      layout: 'V1',
      ...(store.region && store.region !== region ? { region: store.region } : {}),
    },
    ...(keys ? { credentials: { secretRef: { name: keys.name } } } : {}),
  };
  return {
    spec,
    secrets: keys ? [keys] : [],
    notes: [...store.notes, ...notesOf(own, V1_RULES)],
    remarks: [...store.remarks, ...(original('region') ? [] : missingRegion(store)), ...originalRemarks(own)],
  };
}

function optional<Key extends string>(key: Key, value: string | undefined): { [K in Key]?: string } {
  return value ? ({ [key]: value } as { [K in Key]?: string }) : {};
}

function flavorOf(settings: Settings, { flavor, environment }: V1Options): string {
  const flavors = [...new Set([...settings.values()].map(({ path: [first = ''] }) => first))].filter(
    (each) => each !== '',
  );
  const asked = flavor ?? environment.get('SETTINGS_FLAVOR')?.value;
  if (asked && flavors.includes(asked)) return asked;
  if (asked) throw new ConfigError(`there is no flavor ${asked}; the configuration has ${flavors.join(', ')}`);
  const withS3 = flavors.filter((each) => withValues(settings, each, environment).get('storage')?.value === 's3');
  const [only, another] = withS3;
  if (only && !another) return only;
  const choice = withS3.length > 0 ? withS3 : flavors;
  throw new ConfigError(`the configuration has several flavors; name one by --flavor: ${choice.join(', ')}`);
}

/** The settings of a flavor above those of `common`, which old registries add by themselves; `_env:` filled in. */
function withValues(settings: Settings, flavor: string, environment: EnvironmentSettings): Settings {
  const below = (first: string) =>
    [...settings.values()]
      .filter(({ path }) => path[0] === first)
      .map((setting) => filledIn({ ...setting, path: setting.path.slice(1) }, environment));
  return byPath([...below('common'), ...below(flavor)]);
}

/** `_env:NAME:default` is the variable, or the default, or nothing. */
function filledIn(setting: Setting, environment: EnvironmentSettings): Setting {
  const [, variable, fallback = ''] = /^_env:([^:]*)(?::(.*))?$/s.exec(setting.value) ?? [];
  return variable === undefined ? setting : { ...setting, value: environment.get(variable)?.value ?? fallback };
}

function checkStorage(own: Settings, flavor: string): void {
  const storage = own.get('storage');
  if (storage?.value === 's3') return;
  const kept = storage?.value
    ? `the flavor ${flavor} keeps its data in ${storage.value}`
    : `the flavor ${flavor} has no storage`;
  throw new ConfigError(
    `${storage?.place ?? 'storage'}: ${kept}, and an index is made from a bucket: name another by --flavor`,
  );
}

function endpointIn(own: Settings): Setting | undefined {
  const host = textAt(own, 'boto_host');
  const port = textAt(own, 'boto_port')?.value;
  return host && { ...host, value: port ? `${host.value}:${port}` : host.value };
}

function originalRemarks(own: Settings): string[] {
  const isOriginal =
    [...own.keys()].some((key) => key.startsWith('extensions.dynamodb_index')) ||
    own.get('search_backend')?.value.includes('dynamodb');
  return isOriginal
    ? ['Tables of docker-registry-index-dynamodb cannot be taken over: docs/migration.md says how to change.']
    : [];
}

const V1_RULES: readonly Rule[] = [
  {
    path: /^(?:storage|storage_path|s3_(?:region|bucket|access_key|secret_key|secure)|boto_(?:bucket|host|port|calling_format))$/,
  },
  {
    path: /^extensions\.dynamodb_index(?:\.(?:database|repository_table|version_table|region|access_key|secret_access_key))?$/,
  },
  { path: /^extensions\.dynamodb_index\./, say: 'no setting of docker-registry-index-dynamodb' },
  {
    path: /^search_backend$/,
    say: ifGiven('write the module of registry-index here, or none (docs/docker-registry-v1.md)'),
  },
  {
    path: /^standalone$/,
    say: ifOff('an index server decided who may see what; search shows all that is not private'),
  },
  {
    path: /^(?:issue|loglevel|debug|standalone|index_endpoint|storage_redirect|disable_token_auth|privileged_key|sqlalchemy_index_database|bugsnag|secret_key|s3_encrypt|s3_use_sigv4|boto_debug|flavor)$/,
  },
  { path: /^(?:mirroring|cache|cache_lru|email_exceptions|cors|cloudfront|hooks)(?:\.|$)/ },
  { path: /^/, say: 'no setting of docker-registry v1 that is known here' },
];
