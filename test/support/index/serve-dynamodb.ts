import '../native-errors.ts';
import { createServer, type IncomingMessage } from 'node:http';
import { isRecord } from '../../../src/json/is-record.ts';
import type { EmbeddedDynamoDb } from '../../../src/standalone/embedded/dynamodb.ts';
import { DynamoDbError } from '../../../src/standalone/embedded/dynamodb-error.ts';
import { listen } from '../network/listen.ts';
import { attributesOf, itemOf, mapped, plainOf } from './attribute-values.ts';

/** Serves the embedded DynamoDB over HTTP, for clients and proxies that look at what the SDK sends. */
export async function serveDynamoDb({ answer }: Pick<EmbeddedDynamoDb, 'answer'>) {
  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const { status, body } = await answered(operation, request).catch(failed);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
  });
  // Where the machine is busy for longer than the five seconds that are the default, requests meet a closed connection.
  server.keepAliveTimeout = 0;
  const endpoint = `http://127.0.0.1:${await listen(server)}`;
  return { endpoint, stop: () => new Promise<void>((resolve) => server.close(() => resolve())) };

  async function answered(operation: string, request: IncomingMessage) {
    const body: unknown = JSON.parse(Buffer.concat(await request.toArray()).toString());
    return { status: 200, body: answerIn(await answer(operation, requestOf(body))) };
  }
}

function failed(error: unknown) {
  const isDynamoDbError = error instanceof DynamoDbError;
  const item = isDynamoDbError && error.Item !== undefined ? { Item: attributesOf(error.Item) } : {};
  return {
    status: isDynamoDbError ? 400 : 500,
    body: { __type: isDynamoDbError ? error.name : 'InternalServerError', ...item },
  };
}

const VALUES_IN: ReadonlySet<string> = new Set(['Item', 'Key', 'ExpressionAttributeValues', 'ExclusiveStartKey']);

function requestOf(body: unknown): Record<string, unknown> {
  if (!isRecord(body)) return {};
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, partOf(name, value)]));
}

function partOf(name: string, value: unknown): unknown {
  if (VALUES_IN.has(name)) return itemOf(value);
  if (name === 'Keys' && Array.isArray(value)) return value.map(itemOf);
  if (name === 'Parameters' && Array.isArray(value)) return value.map(plainOf);
  if (name === 'Statements' && Array.isArray(value)) return value.map(requestOf);
  return name === 'RequestItems' && isRecord(value) ? mapped(value, requestOf) : value;
}

function answerIn(answer: object): object {
  return Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, shown(name, value)]));
}

function shown(name: string, value: unknown): unknown {
  if (name === 'Item' || name === 'LastEvaluatedKey') return attributesOf(value);
  if (name === 'Items' && Array.isArray(value)) return value.map(attributesOf);
  if (name === 'Responses' && isRecord(value)) return mapped(value, (items) => shown('Items', items));
  if (isRecord(value) && value.CreationDateTime instanceof Date)
    return { ...value, CreationDateTime: value.CreationDateTime.getTime() / 1_000 };
  return value;
}
