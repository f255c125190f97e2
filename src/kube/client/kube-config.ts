import { KubeConfig } from '@kubernetes/client-node';

/** `$KUBECONFIG`, else `~/.kube/config`, else the service account of the pod. Throws when a named file cannot be read. */
export function loadKubeConfig(): KubeConfig {
  const config = new KubeConfig();
  config.loadFromDefault();
  return config;
}
