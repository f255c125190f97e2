/**
 * Loaded into every process of a test run (`node --import`): writes down which calls of AWS the program makes, as lines of
 * JSON in the folder REGISTRY_INDEX_TEST_CALLS. Plain JavaScript, because older versions of Node load it too.
 */
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.REGISTRY_INDEX_TEST_CALLS;
const [, script = '', command] = process.argv;
const isProgram = /[\\/]src[\\/]main\.ts$/.test(script);
if (folder && (isProgram || /[\\/]jest/.test(script))) record(folder, (isProgram && command) || 'tests');

function record(into, by) {
  mkdirSync(into, { recursive: true });
  const seen = new Set();
  const note = (call) => {
    const line = JSON.stringify({ process: by, ...call });
    if (seen.has(line)) return;
    seen.add(line);
    appendFileSync(join(into, `${process.pid}.jsonl`), `${line}\n`);
  };

  subscribe('http.client.request.created', ({ request }) => {
    const [, service, operation] = /^(DynamoDB|AmazonSQS)[^.]*\.(\w+)$/.exec(request.getHeader('x-amz-target')) ?? [];
    if (!operation) return;
    const end = request.end;
    request.end = function (...args) {
      const input = JSON.parse(String(args[0] ?? '{}'));
      for (const on of service === 'DynamoDB' ? resourcesOf(input) : [String(input.QueueUrl)])
        note({ service: service === 'DynamoDB' ? 'dynamodb' : 'sqs', operation, on });
      return end.apply(this, args);
    };
  });

  subscribe('undici:request:create', ({ request }) => {
    if (!String(request.headers).toLowerCase().includes('x-amz-date')) return;
    const { pathname, searchParams } = new URL(request.path, 'http://s3');
    const isListing = searchParams.has('encoding-type');
    const [, on] = pathname.split('/');
    note({ service: 's3', operation: isListing ? 'ListObjects' : 'GetObject', on });
  });
}

/** Names of tables, and `table/index/name` of an index. */
function resourcesOf({ TableName, IndexName, ResourceArn, RequestItems, Statements = [] }) {
  const table = TableName ?? ResourceArn?.replace(/^.*:table\//, '');
  if (table !== undefined) return [IndexName === undefined ? table : `${table}/index/${IndexName}`];
  const inserts = Statements.map(({ Statement }) => /^INSERT INTO "([^"]+)"/.exec(Statement)?.[1] ?? Statement);
  return [...new Set([...Object.keys(RequestItems ?? {}), ...inserts])];
}
