import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import type { KubeObject } from '../../../../src/kube/resource.ts';
import { objectOf, objectsOf } from '../../../../src/oci/json-fields.ts';
import { searchRoutes } from '../../../../src/operator/search-route/manifests.ts';
import { registryIndex } from '../../../support/operator/resources.ts';
import { createServerBench } from '../../../support/search/search-server.ts';

const HOST = 'registry.example.com';
const { app } = createServerBench([]);

/** A path that is led to search, with all below it unless it is exact. */
interface LedPath {
  readonly path: unknown;
  readonly isExact: boolean;
}

function manifestOf(kind: string): KubeObject {
  const index = registryIndex({ spec: { registry: { url: `https://${HOST}` } } });
  const found = searchRoutes(index).find(({ type }) => type.kind === kind);
  if (!found) throw new Error(`no manifest is an ${kind}`);
  return found.manifest(HOST);
}

function pathsOfIngress(): LedPath[] {
  const [rule] = objectsOf(objectOf(manifestOf('Ingress').spec).rules);
  return objectsOf(objectOf(rule?.http).paths).map(({ path, pathType }) => ({ path, isExact: pathType === 'Exact' }));
}

function pathsOfHttpRoute(): LedPath[] {
  const [rule] = objectsOf(objectOf(manifestOf('HTTPRoute').spec).rules);
  return objectsOf(rule?.matches).map((match) => {
    const { type, value } = objectOf(match.path);
    return { path: value, isExact: type === 'Exact' };
  });
}

/** How deep a line of the tree stands, its part of a path, and the methods where that ends a route. */
const LINE = /^([│ ]*)[├└]── (\S+)( \(.+\))?$/gm;

/** The patterns of the server's routes, out of the tree that Fastify prints: a line goes on with one above it. */
async function serverRoutes(): Promise<string[]> {
  await app.ready();
  const parts: string[] = [];
  return [...app.printRoutes({ method: 'GET' }).matchAll(LINE)].flatMap(([, indent = '', part = '', methods]) => {
    parts.splice(indent.length / 4, parts.length, part);
    return methods === undefined ? [] : [parts.join('')];
  });
}

function leadsTo({ path, isExact }: LedPath, route: string): boolean {
  return route === path || (!isExact && route.startsWith(`${path}/`));
}

/** What a registry has to answer itself on its own host. Health and metrics are on a port of the cluster alone. */
const OF_THE_REGISTRY = ['/', '/v2/'];

describe.each([
  ['an Ingress', pathsOfIngress],
  ['an HTTPRoute', pathsOfHttpRoute],
])('beside a registry %s', (_kind, pathsOf) => {
  test('leads to every route of the server but those that are the registry’s', async () => {
    const paths = pathsOf();
    const missed = (await serverRoutes()).filter((route) => !paths.some((path) => leadsTo(path, route)));
    expect(missed.sort()).toEqual(OF_THE_REGISTRY);
  });

  test('has no path that no route answers', async () => {
    const routes = await serverRoutes();
    expect(pathsOf().filter((path) => !routes.some((route) => leadsTo(path, route)))).toEqual([]);
  });

  test('has the paths that docs/ingress.md names', async () => {
    const [, named = ''] = /leaves free \(([^)]*)\)/.exec(await readFile('docs/ingress.md', 'utf8')) ?? [];
    expect(
      pathsOf()
        .map(({ path }) => `\`${path}\``)
        .join(', '),
    ).toBe(named);
  });
});
