import { FILTERS } from '../../search/query/filters.ts';

const filters = [...FILTERS].map(([key, { wants }]) => `  ${`${key}:`.padEnd(10)} ${wants}`);

export const QUERY_HELP = `
Every word must occur in a name, title, summary or label. Filters, of which each must hold:
${filters.join('\n')}
tag:, arch:, os: and pushed: hold on one and the same tag. A minus before a word or filter excludes.

  registry-index query registry.example.com/payments arch:arm64 label:team=core -- -test
  registry-index query -- '-pushed:<30d'
  registry-index query '"tags"'                       (a word that is a command stands in quotes)
  registry-index query -o name ns:payments | xargs -n1 docker pull

HOST is asked by https, and by http only on this machine or where http:// stands before it. The login is the first of:
--username with --password-stdin; --token, REGISTRY_INDEX_TOKEN; REGISTRY_INDEX_USERNAME with REGISTRY_INDEX_PASSWORD;
DOCKER_AUTH_CONFIG; --authfile; REGISTRY_AUTH_FILE; what podman login and docker login saved, with their helpers.
It is sent over https, or within this machine.

Exit status:
  0  something was found, or the list is empty
  1  nothing was found, with --fail-on-no-result
  2  the query or the flags are wrong
  3  the service cannot be reached, or is not ready
  4  not allowed: log in first, or as somebody else`;
