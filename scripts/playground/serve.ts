import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'yaml';
import { goTool } from '../../test/env/go-tools.ts';
import { pushSample } from '../../test/env/push.ts';
import { toolsFor } from '../../test/support/cluster/kubectl.ts';
import { namespace, notified, registryIndex, secret, tokenSecret } from '../../test/support/cluster/manifests.ts';
import { NAMESPACE, NOTIFIED, type Stage, startStage } from '../../test/support/cluster/stage.ts';
import { EXAMPLE_FILE, writeState } from './state.ts';

const CHART = 'charts/registry-index';
const INDEX = NOTIFIED;

/** Makes the cluster and what stands beside it, holds it until asked to end, and takes it all away again. */
export async function serve(): Promise<void> {
  const asked = new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  await writeState({ pid: process.pid });
  const stage = await startStage();
  try {
    await Promise.race([furnish(stage), asked]);
    await stayAlive(asked);
  } finally {
    await stage.stop();
  }
}

async function furnish(stage: Stage): Promise<void> {
  console.log('pushing a sample to the registry …');
  await pushSample(stage.registry.url);
  console.log('installing the chart …');
  await install(stage);
  await writeFile(
    EXAMPLE_FILE,
    [secret(stage), tokenSecret, registryIndex(stage, INDEX, notified)].map((part) => stringify(part)).join('---\n'),
  );
  await writeState({ pid: process.pid, instructions: await instructions(stage) });
}

async function install({ cluster, image }: Stage): Promise<void> {
  const tools = toolsFor(cluster.kubeconfigPath);
  await tools.apply(namespace);
  const [repository, tag] = image.split(':');
  const values = [
    `image.repository=${repository}`,
    `image.tag=${tag}`,
    `allowedEndpoints={http://${cluster.hostAddress}:*}`,
  ].flatMap((value) => ['--set', value]);
  await tools.helm('upgrade', '--install', 'registry-index', CHART, '-n', NAMESPACE, '--wait', ...values);
}

async function instructions({ cluster, registry, dockerd }: Stage): Promise<string> {
  const tools = [await goTool('kubectl'), await goTool('helm')].map((path) => dirname(path)).join(':');
  return `A cluster is running, with the chart installed, and beside it a registry with some images at ${registry.url},
an S3 server that keeps them, and DynamoDB Local. To use it:

  export KUBECONFIG=${cluster.kubeconfigPath}
  export PATH=${tools}:$PATH
  kubectl config set-context --current --namespace ${NAMESPACE}

Give the registry its search:

  cat ${EXAMPLE_FILE}
  kubectl apply -f ${EXAMPLE_FILE}
  kubectl wait --for=condition=Ready ri/${INDEX} --timeout=2m
  kubectl get ri

Search:

  kubectl port-forward service/${INDEX}-search 8080 &
  curl 'http://127.0.0.1:8080/v1/search?q=payments'
  DOCKER_HOST=${dockerd.host} docker search 127.0.0.1:8080/payments
  podman search --tls-verify=false 127.0.0.1:8080/payments

What you push to ${registry.host} (crane push, docker push, podman push --tls-verify=false) is found at once: the registry
sends its notifications to the indexer.

"npm run cluster:down" takes everything away again.`;
}

/** Servers and containers do not keep Node running, so that no test hangs on one; here something must. */
async function stayAlive(until: Promise<unknown>): Promise<void> {
  const timer = setInterval(() => undefined, 60_000);
  await until;
  clearInterval(timer);
}
