import type { RegistryIndexSpec } from '../../../src/api/generated.ts';
import { settingsOf } from '../../../src/api/settings.ts';
import { openIndex } from '../../../src/dynamodb/open.ts';
import type { ControlPlaneOptions } from '../../env/control-plane-plan.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { type DynamoDb, startDynamoDb } from './dynamodb.ts';
import { type OperatorProcess, startOperator } from './operator-process.ts';

/**
 * What an operator lives in: an API server with its controllers, and a DynamoDB. There is no kubelet, so pods are made
 * and never run; tests do what the pods would.
 */
export interface Cluster extends ApiServer {
  readonly dynamodb: DynamoDb;
  /** The credentials that the operator, and pods without a Secret, have. */
  readonly ambient: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Starts another operator, which may ask these endpoints; it ends with the cluster at the latest. */
  startOperator(identity?: string, allowedEndpoint?: string, args?: readonly string[]): Promise<OperatorProcess>;
  /** The index of a resource, as a worker of its backfill opens it. */
  openIndex(spec: RegistryIndexSpec): ReturnType<typeof openIndex>;
}

/**
 * Never to be seen in a log, a condition or an event. DynamoDB Local looks at the id alone: each has tables of its own.
 */
export const AMBIENT_SECRET = 'ambient-secret-value';

export async function startCluster(options: Pick<ControlPlaneOptions, 'serviceRange'> = {}): Promise<Cluster> {
  const [server, dynamodb] = await Promise.all([startApiServer({ controllers: true, ...options }), startDynamoDb()]);
  const ambient = { accessKeyId: dynamodb.accessKeyId, secretAccessKey: AMBIENT_SECRET };
  const operators: OperatorProcess[] = [];
  return {
    ...server,
    dynamodb,
    ambient,
    async startOperator(identity, allowedEndpoint = 'http://127.0.0.1:*', args = []) {
      const operator = await startOperator({
        kubeconfigPath: server.kubeconfigPath,
        allowedEndpoint,
        ambient,
        args,
        ...(identity === undefined ? {} : { identity }),
      });
      operators.push(operator);
      return operator;
    },
    openIndex: (spec) => openIndex({ location: settingsOf(spec).index, credentials: ambient }),
    async stop() {
      for (const operator of operators) await operator.stop();
      await Promise.all([server.stop(), dynamodb.stop()]);
    },
  };
}
