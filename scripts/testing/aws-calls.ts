import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PERMISSIONS, type Permission, type Process, type Resource } from '../../src/iam/permissions.ts';

/** A call of AWS as record-calls.mjs writes it down. */
export interface Call {
  /** A command of the program; `tests` for what tests do in their own process. */
  readonly process: string;
  readonly service: 'dynamodb' | 's3' | 'sqs';
  readonly operation: string;
  /** The table, `table/index/name`, the bucket or the URL of the queue. */
  readonly on: string;
}

export async function readCalls(folder: string): Promise<Call[]> {
  const files = await readdir(folder).catch(() => []);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.flatMap((text) => text.split('\n').filter(Boolean)).map((line): Call => JSON.parse(line));
}

/** Operations whose right has another name. */
const RIGHTS: Readonly<Record<string, string>> = {
  BatchExecuteStatement: 'PartiQLInsert',
  ListObjects: 'ListBucket',
  DeleteMessageBatch: 'DeleteMessage',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
};

interface Right {
  readonly action: string;
  readonly on: Resource;
}

export function rightOf({ service, operation, on }: Call): Right {
  const resources = {
    s3: operation === 'ListObjects' ? 'bucket' : 'objects',
    sqs: 'queue',
    dynamodb: tableOf(on),
  } as const;
  return { action: `${service}:${RIGHTS[operation] ?? operation}`, on: resources[service] };
}

/** Tests name their tables as the program does. */
function tableOf(on: string): Resource {
  if (on.includes('/index/')) return 'feedIndex';
  return on.endsWith('-version') ? 'versionTable' : 'repositoryTable';
}

const ROLES: Readonly<Record<string, readonly Process[]>> = {
  operator: ['operator', 'operator-delete'],
  backfill: ['backfill'],
  indexer: ['indexer'],
  search: ['search'],
};

/** Only where a service has no tags, which AWS has: the owner then stands in an item of the repository table. */
const WITHOUT_TAGS = ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:Scan'];

/** Rights that tests on servers of this machine do not use, and why they are given all the same. */
const UNUSED_HERE: ReadonlyMap<string, string> = new Map([
  [
    'operator: dynamodb:TagResource on repositoryTable, versionTable',
    'AWS asks for it when CreateTable has tags, and DynamoDB Local keeps none; test/unit/dynamodb/rights.test.ts uses it',
  ],
  [
    'indexer: sqs:ChangeMessageVisibility on queue',
    'a message is held for minutes before; test/unit/indexer/events/sqs has a clock of its own',
  ],
]);

export interface Comparison {
  /** Calls that a process made and its policy does not allow. */
  readonly beyond: readonly string[];
  /** Rights that nothing has used, without those of UNUSED_HERE. */
  readonly unused: readonly string[];
  /** Processes that have made no call at all, so that nothing is known of them. */
  readonly silent: readonly string[];
}

export function compareWithPolicies(calls: readonly Call[]): Comparison {
  const beyond = calls.flatMap((call) => {
    const right = rightOf(call);
    const permissions = ROLES[call.process]?.flatMap((role) => PERMISSIONS[role]);
    if (!permissions || permissions.some((permission) => allows(permission, right))) return [];
    if (call.process === 'operator' && right.on === 'repositoryTable' && WITHOUT_TAGS.includes(right.action)) return [];
    return [`${call.process}: ${right.action} on ${right.on}`];
  });
  const unused = Object.entries(ROLES).flatMap(([process, roles]) => {
    const made = calls.filter((call) => call.process === process || call.process === 'tests').map(rightOf);
    return roles.flatMap((role) => PERMISSIONS[role].flatMap((permission) => unusedIn(permission, made, role)));
  });
  return {
    beyond: [...new Set(beyond)].toSorted(),
    unused: unused.filter((line) => !UNUSED_HERE.has(line)),
    silent: Object.keys(ROLES).filter((process) => !calls.some((call) => call.process === process)),
  };
}

function allows({ actions, on }: Permission, right: Right): boolean {
  return actions.includes(right.action) && on.includes(right.on);
}

function unusedIn({ actions, on }: Permission, made: readonly Right[], role: Process): string[] {
  const isUsed = (action: string) => made.some((right) => right.action === action && on.includes(right.on));
  return actions.filter((action) => !isUsed(action)).map((action) => `${role}: ${action} on ${on.join(', ')}`);
}
