import { join } from 'node:path';
import { buildProgram } from '../../../scripts/building/program.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { type ApiServer, startApiServer } from '../../support/operator/api-server.ts';
import { type DeadEndpoints, startDeadEndpoints } from '../../support/operator/dead-endpoints.ts';
import { type DynamoDb, startDynamoDb } from '../../support/operator/dynamodb.ts';
import { type ApiProxy, startApiProxy } from './api-proxy.ts';
import { type OperatorProgram, startOperatorProgram } from './operator-program.ts';

/** A real API server without controllers or nodes, a real DynamoDB, and the program as it is built. */
export interface Stage extends AsyncDisposable {
  readonly api: ApiServer;
  readonly dynamodb: DynamoDb;
  readonly dead: DeadEndpoints;
  /** Between the operators and the API server. */
  readonly proxy: ApiProxy;
  /** As it is built. */
  readonly program: string;
  /** Of another program than this one, if it is named. */
  startOperator(identity: string, program?: string): Promise<OperatorProgram>;
}

export async function startStage(): Promise<Stage> {
  const parts = new AsyncDisposableStack();
  const directory = parts.adopt(await tempDirectory('bench-operator'), ({ remove }) => remove());
  const program = join(directory.path, 'program', 'registry-index.mjs');
  await buildProgram(join(directory.path, 'program'));
  const api = parts.adopt(await startApiServer(), ({ stop }) => stop());
  const dynamodb = parts.adopt(await startDynamoDb(), ({ stop }) => stop());
  const dead = parts.adopt(await startDeadEndpoints(), ({ stop }) => stop());
  const proxy = parts.adopt(await startApiProxy(api.kubeconfigPath, directory.path), ({ stop }) => stop());
  return {
    api,
    dynamodb,
    dead,
    proxy,
    program,
    startOperator: async (identity, which = program) =>
      parts.adopt(
        await startOperatorProgram({
          program: which,
          identity,
          kubeconfigPath: proxy.kubeconfigPath,
          directory: directory.path,
        }),
        ({ stop }) => stop(),
      ),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
