import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { QueryError } from '../../../../src/search/query/mistake.ts';
import { parseQuery } from '../../../../src/search/query/parse.ts';
import { printQuery } from '../../../../src/search/query/print.ts';
import type { TextCondition } from '../../../../src/search/query/query.ts';
import { imageOf } from '../../../../src/search/query/reference/pasted-line.ts';
import { namesOf, type Reference, readReference } from '../../../../src/search/query/reference/reference.ts';

const HEX = '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03';
const DIGEST = `sha256:${HEX}`;

function reference(path: string, parts: Partial<Reference> = {}): Reference {
  return { host: undefined, path, tag: undefined, digest: undefined, ...parts };
}

describe('a reference is read as docker reads it', () => {
  test.each<[string, Reference]>([
    ['nginx', reference('nginx')],
    ['nginx:1.27', reference('nginx', { tag: '1.27' })],
    ['nginx:Latest-RC1', reference('nginx', { tag: 'Latest-RC1' })],
    ['base/node:22', reference('base/node', { tag: '22' })],
    ['chart:1.0.0+build.5', reference('chart', { tag: '1.0.0_build.5' })],
    [`base/node@${DIGEST}`, reference('base/node', { digest: DIGEST })],
    [`base/node:22@${DIGEST}`, reference('base/node', { tag: '22', digest: DIGEST })],
    ['base/node@sha256:5891b5b522d5', reference('base/node', { digest: 'sha256:5891b5b522d5' })],
    [
      `registry.acme.example:5000/base/node:22@${DIGEST}`,
      reference('base/node', { host: 'registry.acme.example', tag: '22', digest: DIGEST }),
    ],
    ['REGISTRY.Acme.Example/Base/Node:22', reference('base/node', { host: 'registry.acme.example', tag: '22' })],
    ['localhost/app', reference('app', { host: 'localhost' })],
    ['localhost:5000/app:v1', reference('app', { host: 'localhost', tag: 'v1' })],
    ['registry:5000/app', reference('app', { host: 'registry' })],
    ['10.0.0.5:5000/app:1', reference('app', { host: '10.0.0.5', tag: '1' })],
    ['[::1]:5000/base/node:22', reference('base/node', { host: '[::1]', tag: '22' })],
    ['[fd00::5]/base/node', reference('base/node', { host: '[fd00::5]' })],
    ['docker.io/nginx', reference('nginx', { host: 'docker.io' })],
    ['index.docker.io/library/nginx:1', reference('library/nginx', { host: 'docker.io', tag: '1' })],
    ['registry-1.docker.io/bitnami/redis', reference('bitnami/redis', { host: 'docker.io' })],
    ['k8s.gcr.io/pause:3.9', reference('pause', { host: 'registry.k8s.io', tag: '3.9' })],
  ])('%s', (typed, expected) => {
    expect(readReference(typed)).toEqual(expected);
  });

  test.each([
    `docker://registry.acme.example/base/node:22`,
    'docker-pullable://registry.acme.example/base/node:22',
    'oci://registry.acme.example/base/node:22',
    'containerd://registry.acme.example/base/node:22',
    'https://registry.acme.example/base/node:22',
    'docker-daemon:registry.acme.example/base/node:22',
    'https://registry.acme.example/v2/base/node/manifests/22',
    'http://registry.acme.example:5000/v2/base/node/manifests/22',
    'registry.acme.example/v2/base/node/manifests/22',
    '"registry.acme.example/base/node:22"',
    "'registry.acme.example/base/node:22',",
    '`registry.acme.example/base/node:22`.',
    '“registry.acme.example/base/node:22”',
    '(registry.acme.example/base/node:22)',
    '<registry.acme.example/base/node:22>',
    'registry.acme.example/base/node:22.',
    'registry.acme.example/base/node:22,',
    'registry.acme.example/base/node:22;',
    'registry.acme.example/base/node:22:',
    'registry.acme.example/base/node:22/',
    'registry.acme.example//base//node:22',
    '  registry.acme.example/base/node:22  ',
    '=registry.acme.example/base/node:22',
  ])('%s whatever stands around it', (typed) => {
    expect(readReference(typed)).toEqual(reference('base/node', { host: 'registry.acme.example', tag: '22' }));
  });

  test.each<[string, Reference]>([
    [
      `https://r.example/v2/base/node/manifests/${DIGEST}`,
      reference('base/node', { host: 'r.example', digest: DIGEST }),
    ],
    [`https://r.example/v2/base/node/blobs/${DIGEST}`, reference('base/node', { host: 'r.example', digest: DIGEST })],
    [
      `https://r.example/v2/base/node/referrers/${DIGEST}`,
      reference('base/node', { host: 'r.example', digest: DIGEST }),
    ],
    ['https://r.example/v2/base/node/tags/list', reference('base/node', { host: 'r.example' })],
    ['https://r.example/v2/base/node/tags/list?n=10#x', reference('base/node', { host: 'r.example' })],
    ['https://hub.docker.com/_/nginx', reference('nginx', { host: 'docker.io' })],
    ['https://hub.docker.com/r/bitnami/redis/tags', reference('bitnami/redis', { host: 'docker.io' })],
    ['https://quay.io/repository/keycloak/keycloak?tab=tags', reference('keycloak/keycloak', { host: 'quay.io' })],
    [DIGEST, reference('', { digest: DIGEST })],
    [HEX, reference('', { digest: DIGEST })],
    [HEX.toUpperCase(), reference('', { digest: DIGEST })],
    [`${DIGEST},`, reference('', { digest: DIGEST })],
    [HEX.slice(0, 12), reference('', { digest: `sha256:${HEX.slice(0, 12)}` })],
  ])('%s', (typed, expected) => {
    expect(readReference(typed)).toEqual(expected);
  });

  test.each(['', ':', '@', '/', ':22', '@sha256:', '://', '""', 'a b:c d', '::1'])('%j names nothing', (typed) => {
    expect(readReference(typed)).toBeUndefined();
  });
});

describe('the names that it may have here', () => {
  test.each([
    ['nginx:1', ['nginx']],
    ['library/nginx:1', ['library/nginx', 'nginx']],
    ['docker.io/nginx', ['docker.io/library/nginx', 'docker.io/nginx', 'nginx']],
    ['docker.io/library/nginx', ['docker.io/library/nginx', 'library/nginx', 'nginx']],
    ['quay.io/keycloak/keycloak:26', ['quay.io/keycloak/keycloak', 'keycloak/keycloak']],
    ['registry.acme.example:5000/base/node', ['registry.acme.example/base/node', 'base/node']],
  ])('%s', (typed, names) => {
    const read = readReference(typed);
    expect(read && namesOf(read)).toEqual(names);
  });
});

const LINES: [string, string][] = [
  ['docker pull nginx:1.27', 'nginx:1.27'],
  ['docker pull nginx', 'nginx'],
  ['$ docker pull nginx:1.27', 'nginx:1.27'],
  ['# docker pull nginx:1.27', 'nginx:1.27'],
  ['sudo docker pull nginx:1.27', 'nginx:1.27'],
  ['DOCKER_BUILDKIT=1 docker pull nginx:1.27', 'nginx:1.27'],
  ['/usr/bin/docker pull nginx:1.27', 'nginx:1.27'],
  ['docker --context prod pull nginx:1.27', 'nginx:1.27'],
  ['docker -H tcp://10.0.0.1:2375 pull nginx:1.27', 'nginx:1.27'],
  ['docker image pull --platform linux/arm64 nginx:1.27', 'nginx:1.27'],
  ['docker pull -q nginx:1.27', 'nginx:1.27'],
  ['docker pull --platform=linux/arm64 nginx:1.27', 'nginx:1.27'],
  ['docker run -it --rm -v a:b nginx:1.27 sh', 'nginx:1.27'],
  ['docker run -it --rm -v /data:/data:ro -p 8080:80 base/node:22 node server.js', 'base/node:22'],
  ['docker run -dp 80:80 nginx:1.27', 'nginx:1.27'],
  ['docker run -p80:80 nginx:1.27', 'nginx:1.27'],
  ['docker run --gpus all -v $PWD:/work ml/train:1', 'ml/train:1'],
  ['docker run --name web -e "GREETING=hello world" nginx:1.27', 'nginx:1.27'],
  ["docker run -e GREETING='it is' --network host nginx:1.27", 'nginx:1.27'],
  ['docker run --rm -it --entrypoint /bin/sh nginx:1.27 -c "echo hi"', 'nginx:1.27'],
  ['docker run \\\n  --rm \\\n  -p 80:80 \\\n  nginx:1.27', 'nginx:1.27'],
  ['docker run registry', 'registry'],
  ['docker container run --rm nginx:1.27', 'nginx:1.27'],
  ['docker create --name x nginx:1.27', 'nginx:1.27'],
  ['docker tag nginx:1.27 r.example/nginx:1.27', 'nginx:1.27'],
  ['docker push r.example/team/app:1', 'r.example/team/app:1'],
  ['docker build -t team/app:1 .', 'team/app:1'],
  ['docker buildx build --platform linux/amd64,linux/arm64 -t team/app:1 --push .', 'team/app:1'],
  ['docker buildx imagetools inspect team/app:1', 'team/app:1'],
  ['docker manifest inspect team/app:1', 'team/app:1'],
  ['docker service create --name web --replicas 3 nginx:1.27', 'nginx:1.27'],
  ['docker login r.example && docker pull r.example/team/app:1', 'r.example/team/app:1'],
  ['docker save team/app:1 | gzip > app.tgz', 'team/app:1'],
  ['podman run --rm -it quay.io/keycloak/keycloak:26 start-dev', 'quay.io/keycloak/keycloak:26'],
  ['podman pull docker://docker.io/library/nginx', 'docker://docker.io/library/nginx'],
  ['nerdctl -n k8s.io run -d --name web nginx:alpine', 'nginx:alpine'],
  ['nerdctl pull --all-platforms nginx:alpine', 'nginx:alpine'],
  ['crane digest team/app:1', 'team/app:1'],
  ['crane copy docker.io/library/nginx:1 r.example/nginx:1', 'docker.io/library/nginx:1'],
  ['skopeo copy docker://base/node:22 dir:/tmp/x', 'docker://base/node:22'],
  ['skopeo inspect --raw docker://base/node:22', 'docker://base/node:22'],
  ['oras pull r.example/policies/opa:v1 -o out', 'r.example/policies/opa:v1'],
  ['regctl image digest r.example/team/app:1', 'r.example/team/app:1'],
  ['ctr images pull docker.io/library/redis:7', 'docker.io/library/redis:7'],
  ['ctr -n k8s.io image pull docker.io/library/redis:7', 'docker.io/library/redis:7'],
  ['crictl pull registry.k8s.io/pause:3.9', 'registry.k8s.io/pause:3.9'],
  ['buildah from base/node:22', 'base/node:22'],
  ['cosign verify --key k.pub r.example/team/app:1', 'r.example/team/app:1'],
  ['trivy image --severity HIGH team/app:1', 'team/app:1'],
  ['helm pull oci://r.example/charts/redis --version 19.0.1', 'oci://r.example/charts/redis:19.0.1'],
  [
    'helm install my-redis oci://r.example/charts/redis --version 19.0.1 -n data',
    'oci://r.example/charts/redis:19.0.1',
  ],
  ['helm upgrade --install redis oci://r.example/charts/redis --set a=b', 'oci://r.example/charts/redis'],
  ['helm show values oci://r.example/charts/redis', 'oci://r.example/charts/redis'],
  ['helm pull bitnami/redis --version 19.0.1', 'bitnami/redis:19.0.1'],
  ['helm template my-redis bitnami/redis', 'bitnami/redis'],
  ['kubectl set image deployment/web web=nginx:1.27', 'nginx:1.27'],
  ['kubectl -n shop set image deploy/web nginx=r.example/nginx:1.27 --record', 'r.example/nginx:1.27'],
  ['kubectl run web --image=nginx:1.27 --port=80', 'nginx:1.27'],
  ['kubectl run -it --rm debug --image nicolaka/netshoot -- bash', 'nicolaka/netshoot'],
  ['kubectl create deployment web --image=nginx:1.27', 'nginx:1.27'],
  ['kubectl debug -it pod/web --image=busybox:1.36 --target=web', 'busybox:1.36'],
  ['image: nginx:1.27', 'nginx:1.27'],
  ['    - image: "r.example/team/app:1"  # pinned', 'r.example/team/app:1'],
  ["image: 'nginx'", 'nginx'],
  ['"image": "nginx:1.27",', 'nginx:1.27,'],
  ['containers:\n- name: web\n  image: nginx:1.27\n  ports: []', 'nginx:1.27'],
  ['uses: docker://alpine:3.20', 'docker://alpine:3.20'],
  ['FROM node:22 AS build', 'node:22'],
  ['FROM --platform=$BUILDPLATFORM golang:1.23 AS build', 'golang:1.23'],
  ['from python:3.12', 'python:3.12'],
  ['COPY --from=node:22 /usr/local/bin/node /usr/local/bin/', 'node:22'],
  ['COPY --chown=1:1 --from=base/tools:1 /a /b', 'base/tools:1'],
];

describe('the image that a line names', () => {
  test.each(LINES)('%j', (line, image) => {
    expect(imageOf(line)).toBe(image);
  });

  test.each([
    'docker',
    'docker ps',
    'docker compose up -d',
    'docker in docker',
    'docker registry',
    'helm redis',
    'helm chart',
    'helm chart for redis',
    'helm repo list',
    'kubectl get pods',
    'kubectl apply -f x.yaml',
    'image base',
    'from scratch to prod',
    'FROM $BASE',
    'FROM $BASE:1 AS x',
    'nginx docker pull',
    'payments api',
  ])('%j names none', (line) => {
    expect(imageOf(line)).toBeUndefined();
  });
});

describe('a query with a pasted line', () => {
  const textsOf = (typed: string) =>
    parseQuery(typed, 0).all.filter((one): one is TextCondition => one.kind === 'text');

  test.each(LINES.filter(([line]) => /\s-|:\s|[/:@]|\sAS\s/.test(line)))('%j is one text', (line) => {
    expect(parseQuery(line, 0)).toMatchObject({ all: [{ kind: 'text' }], none: [] });
    expect(imageOf(textsOf(line)[0]?.typed ?? '')).toBe(imageOf(line));
  });

  test('has filters before and after it', () => {
    const { all, none } = parseQuery('ns:base docker run -it --rm node:22 arch:arm64 -signed:no', 0);
    expect(all.map(({ kind }) => kind)).toEqual(['namespace', 'text', 'referrer', 'tag']);
    expect(none).toEqual([]);
    expect(textsOf('ns:base docker run -it --rm node:22 arch:arm64 -signed:no')).toEqual([
      { kind: 'text', text: 'docker run -it --rm node:22', typed: 'docker run -it --rm node:22' },
    ]);
  });

  test('of words alone is words', () => {
    expect(textsOf('docker pull nginx').map(({ text }) => text)).toEqual(['docker', 'pull', 'nginx']);
  });
});

describe('whatever is pasted', () => {
  const word = fc.oneof(
    fc.constantFrom(
      'docker',
      'podman',
      'run',
      'pull',
      '-it',
      '--rm',
      '-v',
      'a:b',
      'nginx:1.27',
      'image:',
      'FROM',
      'AS',
    ),
    fc.constantFrom(
      '&&',
      '|',
      '\\\n',
      '"x y"',
      "'",
      '"',
      '$IMAGE',
      'tag:v1',
      '-signed:no',
      'label:team="a b"',
      '*x',
      '//',
    ),
    fc.string({ unit: fc.constantFrom(...'aZ-:="\'\\/*<>.@[] \t\n'), maxLength: 12 }),
  );
  const pasted = fc.array(word, { maxLength: 14 }).map((words) => words.join(' '));

  test('is understood or refused with a QueryError, and read or not without one', () => {
    fc.assert(
      fc.property(pasted, (text) => {
        readReference(text);
        imageOf(text);
        try {
          parseQuery(text, 0);
        } catch (error) {
          if (!(error instanceof QueryError)) throw error;
        }
      }),
      { numRuns: 5_000 },
    );
  });

  test('is printed as text that means the same', () => {
    fc.assert(
      fc.property(pasted, (text) => {
        let query: ReturnType<typeof parseQuery>;
        try {
          query = parseQuery(text, 0);
        } catch {
          return;
        }
        expect(parseQuery(printQuery(query), 1)).toEqual(query);
      }),
      { numRuns: 5_000 },
    );
  });

  test('keeps all that was typed in its texts, where it has neither filters nor quotes', () => {
    const plain = fc.array(fc.constantFrom('docker', 'run', 'pull', '--rm', '-it', 'nginx:1.27', 'a/b', 'x'), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(plain, (words) => {
        const { all, none } = parseQuery(words.join(' '), 0);
        const printed = [...all, ...none].map((one) => (one.kind === 'text' ? one.text : '')).join(' ');
        for (const word of words) expect(printed).toContain(word.replace(/^-/, ''));
      }),
    );
  });
});
