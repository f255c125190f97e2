import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDynamoClient } from '../../../src/aws/clients.ts';
import { JOB } from '../../../src/kube/resource.ts';
import { startMoto } from '../../env/moto.ts';
import type { S3Server } from '../../env/versitygw.ts';
import { eventually } from '../../support/eventually.ts';
import { type Cluster, startCluster } from '../../support/operator/cluster.ts';
import { resourceIn } from '../../support/operator/live-resource.ts';
import { type OperatorProcess, startOperator } from '../../support/operator/operator-process.ts';
import { startWorker } from '../../support/operator/worker-process.ts';

const ROLE = 'arn:aws:iam::222222222222:role/registry-default';

let cluster: Cluster;
let aws: S3Server;
let sts: Server;
let env: NodeJS.ProcessEnv;
let operator: OperatorProcess;
/** What STS was asked for. */
const asked: URLSearchParams[] = [];

beforeAll(async () => {
  cluster = await startCluster();
  aws = await startMoto({ buckets: ['my-registry'] });
  sts = createServer(async (request, response) => {
    const body = await text(request);
    const parameters = new URLSearchParams(body);
    asked.push(parameters);
    if (parameters.get('RoleArn')?.endsWith('/distrustful')) {
      response.writeHead(403, { 'content-type': 'text/xml' });
      response.end(
        '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>',
      );
      return;
    }
    const { authorization = '', 'content-type': type = '' } = request.headers;
    const answer = await fetch(aws.endpoint, {
      method: 'POST',
      body,
      headers: { authorization, 'content-type': type },
    });
    response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(await answer.text());
  });
  await new Promise<void>((resolve) => sts.listen(0, '127.0.0.1', resolve));
  env = { AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${(sts.address() as AddressInfo).port}` };
  const { kubeconfigPath, ambient } = cluster;
  const args = ['--allowed-role', 'default=arn:aws:iam::222222222222:role/*', '--cluster-id', 'cluster-1'];
  operator = await startOperator({ kubeconfigPath, ambient, allowedEndpoint: 'http://127.0.0.1:*', args, env });
});

afterAll(async () => {
  for (const part of [operator, cluster, aws]) await part?.stop();
  sts?.close();
});

const resource = (name: string, roleArn: string) =>
  resourceIn(cluster, name, {
    credentials: { roleArn },
    dynamodb: { endpoint: aws.endpoint },
    storage: { endpoint: aws.endpoint, forcePathStyle: true },
  });

/** Tables of the account that keys belong to. */
async function tablesOf(credentials: Parameters<typeof createDynamoClient>[0]['credentials']): Promise<string[]> {
  const client = createDynamoClient({ region: 'eu-west-1', endpoint: aws.endpoint, credentials });
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  client.destroy();
  return TableNames;
}

test('the operator makes the tables in the account of the role, and its pods fill them there', async () => {
  const registry = resource('mine', ROLE);
  await registry.apply();
  const job = await eventually(async () => {
    const [found] = await registry.children(JOB);
    if (!found) throw new Error(`no Job yet: ${await registry.condition('Ready')}`);
    return found;
  });
  const worker = await startWorker(cluster, job, { env });
  await eventually(async () => expect(await registry.condition('BackfillComplete')).toMatch(/^True/));
  await worker.stop();
  expect(await tablesOf(cluster.ambient)).toEqual([]);
  const asks = asked.map((each) => ['RoleArn', 'ExternalId', 'RoleSessionName'].map((name) => each.get(name)));
  const wanted = ['operator', 'backfill'].map((user) => [ROLE, 'cluster-1/default/mine', `${user}@default.mine`]);
  expect(new Set(asks.map(String))).toEqual(new Set(wanted.map(String)));
});

test('a role that the chart does not allow is not asked for', async () => {
  const before = asked.length;
  const registry = resource('theirs', 'arn:aws:iam::333333333333:role/registry-default');
  await registry.apply();
  await eventually(async () =>
    expect(await registry.condition('Ready')).toMatch(/^False\/RoleNotAllowed: .*allowedRoles/),
  );
  expect(asked.slice(before).map((each) => each.get('RoleArn'))).not.toContain(registry.spec.credentials?.roleArn);
});

test('a role that does not trust the operator says what its trust policy needs', async () => {
  const registry = resource('refused', 'arn:aws:iam::222222222222:role/distrustful');
  await registry.apply();
  await eventually(async () =>
    expect(await registry.condition('Ready')).toMatch(
      /^False\/RoleRefused: .*trust policy.*external id cluster-1\/default\/refused/,
    ),
  );
});

test('credentials that name nothing, and roles that are none, are refused by the API server', async () => {
  await expect(resourceIn(cluster, 'empty', { credentials: {} }).apply()).rejects.toThrow(/name a Secret in secretRef/);
  await expect(resource('no-role', 'arn:aws:iam::222222222222:user/a').apply()).rejects.toThrow(
    /must be the ARN of a role/,
  );
});
