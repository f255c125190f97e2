import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { image } from '../../src/standalone/sample/artefacts.ts';
import { podmanSearch } from '../env/podman.ts';
import { push, pushSample } from '../env/push.ts';
import type { ServiceAddress } from '../env/service-address.ts';
import { type Tools, toolsFor } from '../support/cluster/kubectl.ts';
import { fillScratchBucket } from '../support/cluster/large-bucket.ts';
import { namespace, notified, registryIndex, secret, tokenSecret } from '../support/cluster/manifests.ts';
import { reachSearch, search, searchingMeanwhile } from '../support/cluster/search.ts';
import { NAMESPACE, NOTIFIED, SCRATCH_BUCKET, type Stage, startStage } from '../support/cluster/stage.ts';
import { condition, message, readIndex, waitReady } from '../support/cluster/status.ts';
import { type Tables, tablesOf } from '../support/cluster/tables.ts';
import { eventually } from '../support/eventually.ts';

const CHART = 'charts/registry-index';
const STAGE_MS = 30 * 60_000;
/** As a machine that is gone: no word of farewell. */
const AT_ONCE = ['--force', '--grace-period=0'];

/** What one person does with one cluster, from an empty one to an empty one; every test stands on those before it. */
describe('from helm install to helm uninstall', () => {
  let stage: Stage;
  let tools: Tools;
  let tables: Tables;
  let service: ServiceAddress | undefined;

  /** Where the search of the first index answers now. */
  const reach = async (): Promise<string> => {
    await service?.stop();
    service = await reachSearch(stage, 'demo');
    return service.address;
  };
  let address = '';

  beforeAll(async () => {
    stage = await startStage();
    tools = toolsFor(stage.cluster.kubeconfigPath);
    tables = tablesOf(stage.dynamodb);
    await pushSample(stage.registry.url);
  }, STAGE_MS);

  afterAll(async () => {
    await service?.stop();
    tables?.close();
    await stage?.stop();
  }, STAGE_MS);

  const install = (...values: string[]) =>
    tools.helm('upgrade', '--install', 'registry-index', CHART, '-n', NAMESPACE, '--wait', '--timeout=600s', ...values);
  const settings = () => [
    `--set=image.repository=${stage.image.split(':')[0]}`,
    `--set=image.tag=${stage.image.split(':')[1]}`,
    `--set=allowedEndpoints={http://${stage.cluster.hostAddress}:*}`,
    '--set=recheckSeconds=2',
  ];

  describe('installing', () => {
    test('without an image the chart says which value to set', async () => {
      await tools.apply(namespace);
      await expect(install()).rejects.toThrow('image.repository is empty');
    });

    test('both operator pods come up in a namespace that enforces the restricted standard', async () => {
      await install(...settings());
      const ready = await tools.kubectl(
        '-n',
        NAMESPACE,
        'get',
        'deployment',
        'registry-index',
        '-o',
        'jsonpath={.status.readyReplicas}',
      );
      expect(ready).toBe('2');
    });

    test('helm test passes, with an image that is there already', async () => {
      const shown = await tools.helm('test', 'registry-index', '-n', NAMESPACE, '--logs', '--timeout=600s');
      expect(shown).toContain('✓ one that is wrong is refused');
      expect(shown).not.toContain('✗');
    });
  });

  describe('a first index', () => {
    test('is Ready some moments after kubectl apply', async () => {
      await tools.apply(secret(stage), tokenSecret, registryIndex(stage, NOTIFIED, notified));
      await waitReady(tools, 'demo');
      expect(await tables.list('demo-')).toEqual(['demo-repository', 'demo-version']);
    });

    test('shows in kubectl get how it stands', async () => {
      const table = await eventually(async () => {
        const shown = await tools.kubectl('-n', NAMESPACE, 'get', 'ri', 'demo');
        expect(shown).toMatch(/^demo\s+True\s+Ready\s+\d+\s+100%\s+True\s/m);
        return shown;
      });
      const [header = ''] = table.split('\n');
      expect(header.trim().split(/\s{2,}/)).toEqual([
        'NAME',
        'READY',
        'REASON',
        'REPOSITORIES',
        'BACKFILL',
        'SEARCH',
        'DEGRADED',
        'LAST PUSH',
        'AGE',
      ]);
    });

    test('is searched by docker and podman through the Service', async () => {
      address = await reach();
      await eventually(async () => expect(await stage.dockerd.dockerSearch(`${address}/pay`)).toContain('payments'));
      expect(await podmanSearch(`${address}/pay`)).toContain('payments');
    });

    test('holds exactly what the registry itself lists', async () => {
      const response = await fetch(`${stage.registry.url}/v2/_catalog?n=1000`);
      const { repositories } = (await response.json()) as { repositories: string[] };
      const { num_results } = await search(address, '');
      expect(num_results).toBe(repositories.length);
      await eventually(async () =>
        expect((await readIndex(tools, 'demo')).status?.repositories).toBe(repositories.length),
      );
    });
  });

  describe('a push', () => {
    const podsOf = async (component: string) => {
      const selector = `registryindex.dev/index=${NOTIFIED},app.kubernetes.io/component=${component}`;
      const path = 'jsonpath={.items[*].metadata.name}';
      return (await tools.kubectl('-n', NAMESPACE, 'get', 'pods', '-l', selector, '-o', path)).split(' ');
    };
    const metricsOf = (pod: string) =>
      tools.kubectl('get', '--raw', `/api/v1/namespaces/${NAMESPACE}/pods/${pod}:9090/proxy/metrics`);

    test('is found by search because the indexer has nudged it', async () => {
      await tools.kubectl('-n', NAMESPACE, 'rollout', 'status', `deployment/${NOTIFIED}-indexer`, '--timeout=600s');
      const artefact = image({ platforms: ['linux/amd64'], created: new Date(0), content: 'just now' });
      const [pod = ''] = await podsOf('search');
      let pushes = 0;
      // The feed is asked every second, and is sometimes first where all pods share two cores.
      await eventually(async () => {
        pushes += 1;
        await push(stage.registry.url, `pushed/just-now-${pushes}`, 'v1', artefact);
        await eventually(async () => expect((await search(address, `just-now-${pushes}`)).num_results).toBe(1));
        expect(await metricsOf(pod)).toMatch(/^registry_index_push_lag_seconds_count\{via="nudge"\} [1-9]/m);
      });
    });
  });

  describe('tables deleted by hand', () => {
    test.each([
      ['the repository table', ['demo-repository']],
      ['the version table', ['demo-version']],
      ['both tables', ['demo-repository', 'demo-version']],
    ])('%s: made and filled again while search goes on answering', async (_what, names) => {
      const { epoch = 0 } = (await readIndex(tools, 'demo')).status ?? {};
      const { num_results } = await search(address, '');
      const { asked, failures } = await searchingMeanwhile({ address, term: '', least: num_results }, async () => {
        for (const name of names) await tables.remove(name);
        await eventually(async () => expect((await readIndex(tools, 'demo')).status?.epoch).toBeGreaterThan(epoch));
        await waitReady(tools, 'demo');
      });
      expect(asked).toBeGreaterThan(0);
      expect(failures).toEqual([]);
      expect(await tables.list('demo-')).toEqual(['demo-repository', 'demo-version']);
    });
  });

  describe('what somebody deletes in the cluster', () => {
    test.each(['deployment', 'service'])('the search %s comes back', async (type) => {
      const uid = () => tools.kubectl('-n', NAMESPACE, 'get', type, 'demo-search', '-o', 'jsonpath={.metadata.uid}');
      const before = await uid();
      await tools.kubectl('-n', NAMESPACE, 'delete', type, 'demo-search');
      await eventually(async () => expect(await uid()).not.toBe(before));
      await waitReady(tools, 'demo');
      address = await reach();
      await eventually(async () => expect((await search(address, 'payments')).num_results).toBeGreaterThan(0));
    });

    test('an operator killed while it begins a new index leaves it to the other one', async () => {
      await tools.apply(registryIndex(stage, 'survivor'));
      await eventually(async () => expect(await tables.list('survivor-version')).toHaveLength(1));
      await tools.kubectl('-n', NAMESPACE, 'delete', 'pods', '-l', 'app.kubernetes.io/component=operator', ...AT_ONCE);
      await waitReady(tools, 'survivor');
    });
  });

  describe('a larger registry', () => {
    const REPOSITORIES = 2_000;
    const large = (spec: object = {}) =>
      registryIndex(stage, 'large', { bucket: SCRATCH_BUCKET, backfill: { workers: 2, concurrency: 2 }, ...spec });
    const percent = async () => (await readIndex(tools, 'large')).status?.backfill?.percent ?? 0;
    const underWay = () =>
      eventually(async () => {
        const now = await percent();
        expect(now > 0 && now < 100).toBe(true);
      });
    const expectAllFound = async () => {
      await waitReady(tools, 'large');
      const { address: found, stop } = await reachSearch(stage, 'large');
      await eventually(async () => expect((await search(found, 'service-')).num_results).toBe(REPOSITORIES));
      await stop();
    };

    test('shows on its way to Ready how far it is', async () => {
      await fillScratchBucket(stage, REPOSITORIES);
      await tools.apply(large());
      await eventually(async () =>
        expect(await tools.kubectl('-n', NAMESPACE, 'get', 'ri', 'large')).toMatch(
          /False\s+Backfilling\s+\d+\s+[1-9]\d?%/,
        ),
      );
    });

    test('a table deleted in the middle of a backfill: begun anew, and nothing is missing', async () => {
      await tables.remove('large-repository');
      await eventually(async () => expect((await readIndex(tools, 'large')).status?.epoch).toBe(2));
      await expectAllFound();
    });

    test('operators and workers killed in the middle of a backfill: nothing is missing', async () => {
      await tables.remove('large-repository');
      await eventually(async () => expect((await readIndex(tools, 'large')).status?.epoch).toBe(3));
      await underWay();
      for (const component of ['operator', 'backfill'])
        await tools.kubectl(
          '-n',
          NAMESPACE,
          'delete',
          'pods',
          '-l',
          `app.kubernetes.io/component=${component}`,
          ...AT_ONCE,
        );
      await expectAllFound();
    });
  });

  describe('a wrong wish', () => {
    test('a bucket that does not exist becomes a condition that names it', async () => {
      await tools.apply(registryIndex(stage, 'nobucket', { bucket: 'no-such-bucket' }));
      await eventually(async () =>
        expect(await condition(tools, 'nobucket', 'BackfillComplete')).toBe('False/BucketNotFound'),
      );
      await eventually(async () => expect(await message(tools, 'nobucket', 'Ready')).toContain('no-such-bucket'));
    });

    test('corrected, it becomes Ready by itself', async () => {
      await tools.apply(registryIndex(stage, 'nobucket'));
      await waitReady(tools, 'nobucket');
    });

    test('credentials that the bucket does not accept are named', async () => {
      const wrong = secret(stage, 'wrong');
      await tools.apply(
        { ...wrong, stringData: { ...wrong.stringData, AWS_SECRET_ACCESS_KEY: 'not-the-secret' } },
        registryIndex(stage, 'denied', { credentials: { secretRef: { name: 'wrong' } } }),
      );
      await eventually(async () =>
        expect(await condition(tools, 'denied', 'BackfillComplete')).toBe('False/CredentialsInvalid'),
      );
    });
  });

  describe('upgrading and leaving', () => {
    const jobs = () =>
      tools.kubectl('-n', NAMESPACE, 'get', 'jobs', '-l', 'registryindex.dev/index=demo', '-o', 'name');

    test('helm upgrade rolls operator and search without a pause and without filling anew', async () => {
      const { epoch } = (await readIndex(tools, 'demo')).status ?? {};
      const { num_results } = await search(address, '');
      const { failures } = await searchingMeanwhile({ address, term: '', least: num_results }, async () => {
        await install(...settings(), '--set=image.pullPolicy=Never');
        const policy = 'jsonpath={.spec.template.spec.containers[0].imagePullPolicy}';
        await eventually(async () =>
          expect(await tools.kubectl('-n', NAMESPACE, 'get', 'deployment', 'demo-search', '-o', policy)).toBe('Never'),
        );
        await tools.kubectl('-n', NAMESPACE, 'rollout', 'status', 'deployment/demo-search', '--timeout=600s');
        await waitReady(tools, 'demo');
      });
      expect(failures).toEqual([]);
      expect((await readIndex(tools, 'demo')).status?.epoch).toBe(epoch);
    });

    test('deleting with Retain removes the children and keeps the tables', async () => {
      await tools.kubectl('-n', NAMESPACE, 'delete', 'ri', 'demo', '--wait', '--timeout=600s');
      await eventually(async () => {
        expect(await tools.read('deployment', 'demo-search', '-n', NAMESPACE)).toBeUndefined();
        expect(await jobs()).toBe('');
      });
      expect(await tables.list('demo-')).toEqual(['demo-repository', 'demo-version']);
    });

    test('the same resource applied again takes its tables back and fills nothing', async () => {
      await tools.apply(registryIndex(stage, 'demo', { deletionPolicy: 'Delete' }));
      await waitReady(tools, 'demo');
      expect(await jobs()).toBe('');
    });

    test('deleting with Delete takes the tables along', async () => {
      await tools.kubectl('-n', NAMESPACE, 'delete', 'ri', 'demo', '--wait', '--timeout=600s');
      expect(await tables.list('demo-')).toEqual([]);
    });

    test('helm uninstall removes the operator and leaves every RegistryIndex', async () => {
      await tools.helm('uninstall', 'registry-index', '-n', NAMESPACE, '--wait');
      await eventually(async () =>
        expect(await tools.read('deployment', 'registry-index', '-n', NAMESPACE)).toBeUndefined(),
      );
      expect((await readIndex(tools, 'survivor')).metadata.name).toBe('survivor');
    });
  });
});
