const HOST = /^(?:\[[0-9a-f:.%]+\](?::\d+)?|localhost(?::\d+)?|[^/:]*\.[^/:]*(?::\d+)?|[^/:]+:\d+)$/i;

/** A quick test first, because every component of every name that is written is asked about. */
const MAY_BE_HOST = /[.:]|^localhost$/i;

/** As docker tells a host from the first component of a name: by a dot or a port, but for `localhost`. */
export function isHost(component: string): boolean {
  return MAY_BE_HOST.test(component) && HOST.test(component);
}

export const DOCKER_HUB = 'docker.io';

/** Registries under their other names. */
const ALIASES: readonly (readonly [RegExp, string])[] = [
  [/^(?:(?:index|registry-1|registry|registry\.hub|hub|www)\.)?docker\.(?:io|com)$/, DOCKER_HUB],
  [/^(?:k8s\.gcr\.io|registry-sandbox\.k8s\.io)$/, 'registry.k8s.io'],
];

/** The one name of the registry at a folded host, without its port: mirrors have it in their names. */
export function registryAt(host: string): string {
  const name = host.replace(/:\d+$/, '');
  return ALIASES.find(([names]) => names.test(name))?.[1] ?? name;
}
