import { type AccessFiles, type AccessSettings, accessSettingsOf } from '../../api/access-settings.ts';
import type { RegistryIndexSpec } from '../../api/generated.ts';

const DIRECTORY = '/etc/registry-index';

/** Each in a folder of its own: kubelet updates a whole folder, and never a file that is mounted by itself. */
const FILES: AccessFiles = {
  ca: `${DIRECTORY}/ca/value`,
  htpasswd: `${DIRECTORY}/htpasswd/value`,
  proxySecret: `${DIRECTORY}/proxy-secret/value`,
};

/** Settings of search pods, where callers are identified. */
export function accessSettings(spec: RegistryIndexSpec): { readonly access?: AccessSettings } {
  const access = accessSettingsOf(spec, FILES);
  return access.mode === 'Anonymous' ? {} : { access };
}

interface MountedSecret {
  readonly folder: string;
  readonly ref: { readonly name: string; readonly key: string };
}

function mountedSecrets({ search }: RegistryIndexSpec): MountedSecret[] {
  const { registry, htpasswdSecretRef, forwardedUser } = search?.access ?? {};
  const secrets = [
    { folder: 'ca', ref: registry?.caSecretRef },
    { folder: 'htpasswd', ref: htpasswdSecretRef },
    { folder: 'proxy-secret', ref: forwardedUser?.secretRef },
  ];
  return secrets.flatMap(({ folder, ref }) => (ref ? [{ folder, ref }] : []));
}

/**
 * Kubelet reads the Secrets, so that the operator needs no right on them. A missing one lets pods start all the same:
 * they refuse logins until it is there, where pods that cannot start would leave those before them, with what they let
 * in.
 */
export function accessVolumes(spec: RegistryIndexSpec) {
  return mountedSecrets(spec).map(({ folder, ref }) => ({
    name: folder,
    secret: { secretName: ref.name, optional: true, items: [{ key: ref.key, path: 'value' }] },
  }));
}

export function accessMounts(spec: RegistryIndexSpec) {
  return mountedSecrets(spec).map(({ folder }) => ({
    name: folder,
    mountPath: `${DIRECTORY}/${folder}`,
    readOnly: true,
  }));
}
