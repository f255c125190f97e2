import { API_VERSION, KIND } from '../api/registry-index.ts';
import { deadline } from '../async/deadline.ts';
import type { KubeClient } from '../kube/client/client.ts';
import { StatusError } from '../kube/status-error.ts';
import { FIELD_MANAGER } from './kube-objects/children.ts';
import { REGISTRY_INDEX } from './resource.ts';

export interface ReleaseCheckDeps {
  readonly client: Pick<KubeClient, 'apply'>;
  /** Where a pod of the operator has its health and metrics, without a slash at the end. */
  readonly operatorUrl: string;
  /** The namespace of the RegistryIndexes that are offered to the API server; none is made. */
  readonly namespace: string;
}

/** One thing that holds of a release that works. */
export interface ReleaseCheck {
  readonly name: string;
  /** Rejects with what is wrong. */
  run(signal: AbortSignal): Promise<void>;
}

const TIMEOUT_MS = 10_000;
const GOOD_SPEC = { database: 'registry-index-test', region: 'eu-west-1', bucket: 'registry-index-test' };

/** What `helm test` looks at. Nothing is changed by it: the API server is asked what it would do. */
export function releaseChecks({ client, operatorUrl, namespace }: ReleaseCheckDeps): readonly ReleaseCheck[] {
  const offer = (spec: object, signal: AbortSignal) => {
    const metadata = { namespace, name: 'registry-index-test' };
    const options = { fieldManager: FIELD_MANAGER, dryRun: true };
    return client.apply(REGISTRY_INDEX, { apiVersion: API_VERSION, kind: KIND, metadata, spec }, options, signal);
  };
  return [
    {
      name: 'an operator is ready',
      run: async (signal) => void (await read(`${operatorUrl}/readyz`, signal)),
    },
    {
      name: 'it has metrics',
      async run(signal) {
        const metrics = await read(`${operatorUrl}/metrics`, signal);
        if (!metrics.includes('leader_election_master_status'))
          throw new Error('there is nothing of its Lease in them');
      },
    },
    {
      name: 'a RegistryIndex is taken',
      run: async (signal) => void (await offer(GOOD_SPEC, signal)),
    },
    {
      name: 'one that is wrong is refused',
      async run(signal) {
        const refused = await offer({ ...GOOD_SPEC, database: '' }, signal).then(() => false, isRefusal);
        if (!refused)
          throw new Error('the API server takes it: the CustomResourceDefinition is not that of this chart');
      },
    },
  ];
}

async function read(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal: deadline(signal, TIMEOUT_MS) }).catch((cause: unknown) => {
    throw new Error(`${url} does not answer`, { cause });
  });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return response.text();
}

/** The schema says no; every other failure is passed on. */
function isRefusal(error: unknown): true {
  if (error instanceof StatusError && error.reason === 'Invalid') return true;
  throw error;
}
