import { readFile } from 'node:fs/promises';
import { mistakeInAccess } from '../api/access-mistakes.ts';
import { type AccessRules, type AccessSpec, accessRulesOf } from '../api/access-rules.ts';
import { type AccessSettings, accessSettingsOf } from '../api/access-settings.ts';
import type { RegistryIndexSpec } from '../api/generated.ts';
import { mistakeInEndpoint } from '../api/source-mistakes.ts';
import { ConfigError } from './config-error.ts';

/** Who may search, from the command line. Without a cluster there are files where a resource names Secrets. */
export interface AccessFlags {
  /** The URL of a registry whose users may search. */
  readonly accessRegistry?: string;
  readonly htpasswdFile?: string;
  readonly accessCaFile?: string;
  readonly proxySecretFile?: string;
}

export interface ConfiguredAccess {
  readonly settings: AccessSettings;
  readonly rules: AccessRules;
}

type Spec = Pick<RegistryIndexSpec, 'search' | 'registry'>;

/** The access of a manifest, which flags may give or complete. Throws a ConfigError. */
export function accessFrom(spec: Spec, flags: AccessFlags): ConfiguredAccess {
  const access = accessSpecOf(spec.search?.access, flags);
  const given: Spec = { ...spec, search: { ...spec.search, ...(access ? { access } : {}) } };
  const mistake = mistakeInUrls(access, flags) ?? mistakeInAccess(given) ?? missingFile(access, flags);
  if (mistake !== undefined) throw new ConfigError(mistake);
  const { accessCaFile = '', htpasswdFile = '', proxySecretFile = '' } = flags;
  const files = { ca: accessCaFile, htpasswd: htpasswdFile, proxySecret: proxySecretFile };
  return { settings: accessSettingsOf(given, files), rules: accessRulesOf(given) ?? {} };
}

/** Flags that name who knows the users turn access control on. */
function accessSpecOf(access: AccessSpec | undefined, flags: AccessFlags): AccessSpec | undefined {
  const { accessRegistry, htpasswdFile, accessCaFile } = flags;
  if (accessRegistry !== undefined) {
    const ca = accessCaFile === undefined ? {} : { caSecretRef: FILE };
    const { registry, ...rest } = access?.mode === 'Registry' ? access : { registry: {} };
    return { ...rest, mode: 'Registry', registry: { ...registry, ...ca, url: accessRegistry } };
  }
  if (htpasswdFile !== undefined && access === undefined) return { mode: 'Htpasswd', htpasswdSecretRef: FILE };
  return access;
}

/** An API server has checked those of a resource. */
function mistakeInUrls(access: AccessSpec | undefined, { accessRegistry }: AccessFlags): string | undefined {
  const { url = '', tokenURL = '' } = access?.registry ?? {};
  const urlField = accessRegistry === undefined ? 'search.access.registry.url' : '--access-registry';
  const fields = [
    { field: urlField, text: url },
    { field: 'search.access.registry.tokenURL', text: tokenURL },
  ].filter(({ text }) => text !== '');
  return fields.map(({ field, text }) => mistakeInEndpoint(field, text)).find((mistake) => mistake !== undefined);
}

/** Rejects with a ConfigError if a file that a flag names cannot be read: no login would succeed, without a word. */
export async function checkAccessFiles(flags: AccessFlags): Promise<void> {
  const files = [
    ['--htpasswd-file', flags.htpasswdFile],
    ['--access-ca-file', flags.accessCaFile],
    ['--proxy-secret-file', flags.proxySecretFile],
  ] as const;
  for (const [flag, path] of files)
    if (path !== undefined)
      await readFile(path).catch((error: NodeJS.ErrnoException) => {
        throw new ConfigError(
          `${flag} ${path} cannot be read (${error.code}); name a file that this user may read`,
          error,
        );
      });
}

/** Stands for a Secret where a file is. */
const FILE = { name: 'file', key: 'file' };

function missingFile(access: AccessSpec | undefined, flags: AccessFlags): string | undefined {
  const wanted = [
    { flag: '--htpasswd-file', isGiven: flags.htpasswdFile !== undefined, isNeeded: access?.mode === 'Htpasswd' },
    {
      flag: '--proxy-secret-file',
      isGiven: flags.proxySecretFile !== undefined,
      isNeeded: access?.mode === 'ForwardedUser',
    },
    {
      flag: '--access-ca-file',
      isGiven: flags.accessCaFile !== undefined,
      isNeeded: access?.registry?.caSecretRef !== undefined,
    },
  ];
  const missing = wanted.find(({ isGiven, isNeeded }) => isNeeded && !isGiven);
  return (
    missing && `search.access names a Secret, and there are none without a cluster: give its file by ${missing.flag}`
  );
}
