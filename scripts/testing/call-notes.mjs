/** What a request asks of AWS. Plain JavaScript, because record-calls.mjs is loaded by older versions of Node too. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Writes calls down as lines of JSON, each once, in a file of this process and purpose. */
export function createNotes(folder, purpose = 'process') {
  mkdirSync(folder, { recursive: true });
  const seen = new Set();
  return (call) => {
    const line = JSON.stringify(call);
    if (seen.has(line)) return;
    seen.add(line);
    appendFileSync(join(folder, `${purpose}-${process.pid}.jsonl`), `${line}\n`);
  };
}

/** The calls that a POST to DynamoDB or SQS makes, by its header `x-amz-target`; none for what is something else. */
export function callsOfPost(target, body) {
  const [, service, operation] = /^(DynamoDB|AmazonSQS)[^.]*\.(\w+)$/.exec(target ?? '') ?? [];
  if (!operation) return [];
  const input = JSON.parse(body || '{}');
  return service === 'DynamoDB'
    ? resourcesOf(input).map((on) => ({ service: 'dynamodb', operation, on }))
    : [{ service: 'sqs', operation, on: String(input.QueueUrl) }];
}

/** A GET of a bucket that is named in the path. */
export function callOfGet(path) {
  const { pathname, searchParams } = new URL(path, 'http://s3');
  const [, on] = pathname.split('/');
  return { service: 's3', operation: searchParams.has('encoding-type') ? 'ListObjects' : 'GetObject', on };
}

/** Names of tables, and `table/index/name` of an index. */
function resourcesOf({ TableName, IndexName, ResourceArn, RequestItems, Statements = [] }) {
  const table = TableName ?? ResourceArn?.replace(/^.*:table\//, '');
  if (table !== undefined) return [IndexName === undefined ? table : `${table}/index/${IndexName}`];
  const inserts = Statements.map(({ Statement }) => /^INSERT INTO "([^"]+)"/.exec(Statement)?.[1] ?? Statement);
  return [...new Set([...Object.keys(RequestItems ?? {}), ...inserts])];
}
