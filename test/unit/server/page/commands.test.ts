import { expect, test } from '@jest/globals';
import { clientsOf, commandsOf } from '../../../../src/server/page/commands.ts';

const pulled = { registry: 'registry.example:5000', name: 'team/app', tag: '1.2.3_b5', digest: undefined };
const DIGEST = `sha256:${'a'.repeat(64)}`;

test.each([
  ['docker', 'docker pull registry.example:5000/team/app:1.2.3_b5'],
  ['podman', 'podman pull registry.example:5000/team/app:1.2.3_b5'],
  ['nerdctl', 'nerdctl pull registry.example:5000/team/app:1.2.3_b5'],
  ['ctr', 'ctr images pull registry.example:5000/team/app:1.2.3_b5'],
  ['oras', 'oras pull registry.example:5000/team/app:1.2.3_b5'],
  ['helm', 'helm install app oci://registry.example:5000/team/app --version 1.2.3+b5'],
] as const)('%s pulls by tag', (client, line) => {
  expect(commandsOf(client, pulled)[0]).toBe(line);
});

test.each([
  ['docker', `docker pull registry.example:5000/team/app@${DIGEST}`],
  ['helm', `helm install app oci://registry.example:5000/team/app@${DIGEST}`],
] as const)('%s pulls by digest', (client, line) => {
  expect(commandsOf(client, { ...pulled, digest: DIGEST })[0]).toBe(line);
});

test.each([
  [['image'], 'docker'],
  [[], 'docker'],
  [['helm', 'image'], 'helm'],
  [['application/vnd.wasm'], 'oras'],
])('%j is pulled by %s first', (types, client) => {
  expect(clientsOf(types)[0]).toBe(client);
});
