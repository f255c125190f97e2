/** Programs that pull, in the order in which they are offered. */
export type Client = 'docker' | 'podman' | 'nerdctl' | 'ctr' | 'helm' | 'oras';

const OF_IMAGES: readonly Client[] = ['docker', 'podman', 'nerdctl', 'ctr', 'oras'];
const OF_CHARTS: readonly Client[] = ['helm', 'oras'];
const OF_ARTEFACTS: readonly Client[] = ['oras', 'podman'];

/** The clients that can pull what is of these types, the usual one first. */
export function clientsOf([type]: readonly string[]): readonly Client[] {
  if (type === 'helm') return OF_CHARTS;
  return type === 'image' || type === undefined ? OF_IMAGES : OF_ARTEFACTS;
}

/** What is pulled, and from where. */
export interface Pulled {
  readonly registry: string;
  readonly name: string;
  readonly tag: string;
  /** Pulls by it and not by the tag, where it is given. */
  readonly digest: string | undefined;
}

/** The lines that pull it, as they are typed into a shell; names, tags and digests have nothing to quote. */
export function commandsOf(client: Client, pulled: Pulled): readonly string[] {
  const { registry, name, tag, digest } = pulled;
  const place = `${registry}/${name}`;
  const reference = digest === undefined ? `${place}:${tag}` : `${place}@${digest}`;
  switch (client) {
    case 'ctr':
      return [`ctr images pull ${reference}`];
    case 'podman':
    case 'docker':
    case 'nerdctl':
    case 'oras':
      return [`${client} pull ${reference}`];
    case 'helm': {
      const chart = digest === undefined ? `oci://${place} --version ${versionOf(tag)}` : `oci://${place}@${digest}`;
      return [`helm install ${name.split('/').at(-1)} ${chart}`, `helm pull ${chart}`];
    }
  }
}

/** Helm writes the `+` of a version as `_`, which a tag may have. */
function versionOf(tag: string): string {
  return tag.replaceAll('_', '+');
}
