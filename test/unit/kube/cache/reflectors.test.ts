import { expect, test } from '@jest/globals';
import type { ReflectorOptions } from '../../../../src/kube/cache/reflector.ts';
import { startReflectors } from '../../../../src/kube/cache/reflector.ts';
import { StatusError } from '../../../../src/kube/status-error.ts';
import { THING } from '../../../support/kube/fault-server.ts';
import { silentLog } from '../../../support/silent-log.ts';

const forbidden = new StatusError({
  status: 403,
  reason: 'Forbidden',
  message: 'no',
  causes: [],
  retryAfterMs: undefined,
});

/** Watches these namespaces of an API server that lets nobody into `closed`. */
async function watch(namespaces: readonly string[]) {
  const stop = new AbortController();
  const listed: (string | undefined)[] = [];
  const client: ReflectorOptions['client'] = {
    list: async (_type, namespace = 'any') => {
      listed.push(namespace);
      if (namespace === 'closed') throw forbidden;
      const items = [{ apiVersion: 'example.dev/v1', kind: 'Thing', metadata: { namespace, name: 'a' } }];
      return { items, resourceVersion: '1' };
    },
    async *watch(_type, _namespace, _options, signal) {
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  };
  const reflector = startReflectors(
    { client, type: THING, onChange: () => undefined, log: silentLog },
    namespaces,
    stop.signal,
  );
  await reflector.synced;
  stop.abort();
  await reflector.stopped;
  return { listed, reflector };
}

test('without a namespace all are watched at once', async () => {
  const { listed, reflector } = await watch([]);
  expect(listed).toEqual(['any']);
  expect(reflector.list()).toHaveLength(1);
});

test('several namespaces are one copy, and one that is closed does not keep from the others', async () => {
  const { listed, reflector } = await watch(['one', 'closed', 'two']);
  expect(listed).toEqual(['one', 'closed', 'two']);
  expect(reflector.list().map(({ metadata }) => metadata.namespace)).toEqual(['one', 'two']);
  expect(reflector.get({ namespace: 'two', name: 'a' })).toBeDefined();
  expect(reflector.get({ namespace: 'three', name: 'a' })).toBeUndefined();
});
