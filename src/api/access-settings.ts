import type { RegistryIndexSpec } from './generated.ts';

/** How search finds out who a caller is, every default filled in; no secrets, but the files that hold them. */
export type AccessSettings =
  | { readonly mode: 'Anonymous' }
  | {
      readonly mode: 'Registry';
      readonly url: string;
      /** In place of the realm that the registry names. */
      readonly tokenUrl: string | undefined;
      /** Certificates in PEM that are trusted in addition. */
      readonly caFile: string | undefined;
      readonly recheckSeconds: number;
    }
  | { readonly mode: 'Htpasswd'; readonly file: string; readonly recheckSeconds: number }
  | {
      readonly mode: 'ForwardedUser';
      readonly secretFile: string;
      /** Names of headers, in lower case. */
      readonly headers: { readonly user: string; readonly groups: string; readonly secret: string };
    };

/** Where the Secrets are that the resource names. */
export interface AccessFiles {
  readonly ca: string;
  readonly htpasswd: string;
  readonly proxySecret: string;
}

const RECHECK_SECONDS = 60;

/** For a resource whose access has no mistake. Headers are by default those of oauth2-proxy's `--pass-user-headers`. */
export function accessSettingsOf(
  { search, registry }: Pick<RegistryIndexSpec, 'search' | 'registry'>,
  files: AccessFiles,
): AccessSettings {
  const access = search?.access;
  if (!access || access.mode === 'Anonymous') return { mode: 'Anonymous' };
  const { recheckSeconds = RECHECK_SECONDS } = access;
  if (access.mode === 'Htpasswd') return { mode: access.mode, file: files.htpasswd, recheckSeconds };
  if (access.mode === 'ForwardedUser') {
    const { userHeader, groupsHeader, secretHeader } = access.forwardedUser ?? {};
    const user = (userHeader ?? 'X-Forwarded-User').toLowerCase();
    const groups = (groupsHeader ?? 'X-Forwarded-Groups').toLowerCase();
    const secret = (secretHeader ?? 'X-Registry-Index-Proxy-Secret').toLowerCase();
    return { mode: access.mode, secretFile: files.proxySecret, headers: { user, groups, secret } };
  }
  const own = access.registry ?? {};
  return {
    mode: 'Registry',
    url: own.url ?? registry?.url ?? '',
    tokenUrl: own.tokenURL,
    caFile: own.caSecretRef && files.ca,
    recheckSeconds,
  };
}
