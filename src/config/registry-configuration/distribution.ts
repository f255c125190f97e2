import type { RegistryIndexSpec } from '../../api/generated.ts';
import { mistakeInEndpoint } from '../../api/source-mistakes.ts';
import { ConfigError } from '../config-error.ts';
import { DEFAULT_DATABASE, DEFAULT_REGION } from '../environment.ts';
import { DISTRIBUTION_RULES } from './distribution-rules.ts';
import type { Draft, NeededSecret, Note } from './draft.ts';
import { lineOfNote } from './draft.ts';
import { notesOf, textAt } from './rules.ts';
import { booleanOf, namesBelow, type Setting, type Settings } from './settings.ts';
import { keysSecret, missingRegion, storeOf } from './store.ts';

/** Names of the one driver for S3. */
const S3_DRIVERS = ['s3', 's3aws', 's3goamz'];
/** What stands beside a driver. */
const NO_DRIVERS = ['cache', 'delete', 'redirect', 'maintenance', 'tag'];

/** The index of a registry of distribution 2 or 3; `name` is that of the resource. Throws a ConfigError. */
export function draftOfDistribution(settings: Settings, name: string): Draft {
  const driver = s3Driver(settings);
  const store = storeOf({
    bucket: textAt(settings, `${driver}.bucket`),
    region: textAt(settings, `${driver}.region`),
    endpoint: textAt(settings, `${driver}.regionendpoint`),
    rootDirectory: textAt(settings, `${driver}.rootdirectory`)?.value ?? '',
    forcePathStyle: booleanOf(settings.get(`${driver}.forcepathstyle`)),
    isSecure: booleanOf(settings.get(`${driver}.secure`)) ?? true,
    accessKey: textAt(settings, `${driver}.accesskey`),
    secretKey: textAt(settings, `${driver}.secretkey`),
  });
  const keys = keysSecret(name, { ...store, hasTableKeys: false });
  const access = accessOf(settings, name);
  const token: NeededSecret = {
    name: `${name}-notifications`,
    entries: ['token'],
    about: 'any long text, the same as in the configuration of the registry',
  };
  const spec: RegistryIndexSpec = {
    database: DEFAULT_DATABASE,
    region: store.region ?? DEFAULT_REGION,
    bucket: store.bucket,
    ...(Object.keys(store.storage).length > 0 ? { storage: store.storage } : {}),
    ...(access.url ? { registry: { url: access.url } } : {}),
    ...(keys ? { credentials: { secretRef: { name: keys.name } } } : {}),
    ...(access.spec ? { search: { access: access.spec } } : {}),
    notifications: {
      tokenSecretRef: { name: token.name, key: 'token' },
      ...(textAt(settings, 'proxy.remoteurl') ? { pulls: 'Hints' } : {}),
    },
  };
  return {
    spec,
    secrets: [...(keys ? [keys] : []), ...access.secrets, token],
    notes: [
      ...otherDrivers(settings, driver),
      ...store.notes,
      ...access.notes,
      ...notesOf(settings, DISTRIBUTION_RULES),
    ],
    remarks: [...store.remarks, ...missingRegion(store)],
  };
}

/** The path of the S3 driver's settings; another driver keeps what cannot be read, line by line. */
function s3Driver(settings: Settings): string {
  const given = namesBelow(settings, 'storage');
  const type = settings.get('storage')?.value;
  const found = S3_DRIVERS.find((driver) => given.includes(driver) || type === driver);
  if (found) return `storage.${found}`;
  const notes = otherDrivers(settings, '');
  if (notes.length > 0) throw new ConfigError(notes.map(lineOfNote).join('\n'));
  throw new ConfigError(
    'the registry has no storage.s3, and an index is made from a bucket of S3; a registry in a folder is searched by registry-index run --directory=FOLDER',
  );
}

const DRIVERS: ReadonlyMap<string, string> = new Map([
  ['filesystem', 'the registry keeps its data in a folder: registry-index run --directory=FOLDER searches it'],
  ['inmemory', 'the registry forgets its data when it ends'],
  ['gcs', 'Google Cloud Storage cannot be read; only S3 can, and services that are compatible with it'],
  ['azure', 'Azure Blob Storage cannot be read; only S3 can, and services that are compatible with it'],
  ['swift', 'Swift cannot be read as such; where it has an S3 API, name that in storage.s3 and give it here again'],
  ['oss', 'OSS cannot be read as such; where it has an S3 API, name that in storage.s3 and give it here again'],
]);

function otherDrivers(settings: Settings, used: string): Note[] {
  const type = settings.get('storage');
  const lone: [string, Setting][] = type?.value ? [[type.value, type]] : [];
  const below = namesBelow(settings, 'storage').flatMap((driver): [string, Setting][] => {
    const first = [...settings].find(([key]) => key === `storage.${driver}` || key.startsWith(`storage.${driver}.`));
    return first ? [[driver, { ...first[1], path: ['storage', driver] }]] : [];
  });
  const others = [...lone, ...below].filter(
    ([driver]) => `storage.${driver}` !== used && !NO_DRIVERS.includes(driver) && !S3_DRIVERS.includes(driver),
  );
  return others.map(([driver, setting]) => {
    const text = DRIVERS.get(driver) ?? 'no driver of distribution that can be read';
    return { setting, text: used ? `${text}. storage.s3 is taken; distribution takes one driver only` : text };
  });
}

interface Access {
  readonly url: string | undefined;
  readonly spec: NonNullable<RegistryIndexSpec['search']>['access'];
  readonly secrets: readonly NeededSecret[];
  readonly notes: readonly Note[];
}

/** Stands for an address that only a person knows, so that nobody sees anything until it is written. */
const UNKNOWN_URL = 'https://registry.example.com';

/** A registry with a login never becomes a search without one. */
function accessOf(settings: Settings, name: string): Access {
  const url = registryUrl(settings);
  const kinds = [...namesBelow(settings, 'auth'), settings.get('auth')?.value ?? ''].filter((kind) => kind !== '');
  const [kind] = kinds;
  const first = [...settings.values()].find(({ path }) => path[0] === 'auth');
  const none = { url, spec: undefined, secrets: [], notes: [] };
  if (kind === undefined || first === undefined) return none;
  const setting = { ...first, path: ['auth', kind] };
  if (kind === 'silly') return { ...none, notes: [{ setting, text: 'lets everybody in, and so does search' }] };
  if (kind === 'htpasswd') {
    const path = settings.get('auth.htpasswd.path')?.value;
    const about = `from the htpasswd file of the registry${path ? `, ${path}` : ''}`;
    const secret = { name: `${name}-htpasswd`, entries: ['htpasswd'], about };
    const ref = { name: secret.name, key: 'htpasswd' };
    return { url, spec: { mode: 'Htpasswd', htpasswdSecretRef: ref }, secrets: [secret], notes: [] };
  }
  const unknown = { setting, text: 'a login that is not known here; search asks the registry itself (mode Registry)' };
  const nowhere = {
    setting,
    text: `http.host does not say where the registry is; write it into registry.url, where ${UNKNOWN_URL} stands`,
  };
  return {
    url: url ?? UNKNOWN_URL,
    spec: { mode: 'Registry' },
    secrets: [],
    notes: [...(kind === 'token' ? [] : [unknown]), ...(url ? [] : [nowhere])],
  };
}

/** `http.host`: the address of the registry as its clients see it. */
function registryUrl(settings: Settings): string | undefined {
  const host = textAt(settings, 'http.host');
  const text = host?.value.replace(/\/+$/, '');
  if (!host || !text) return undefined;
  const url = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
  const mistake = mistakeInEndpoint('http.host', url);
  if (mistake) throw new ConfigError(`${host.place}: ${mistake}`);
  return url;
}
