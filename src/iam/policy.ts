import { GROUP } from '../api/registry-index.ts';
import type { PolicyNames } from './names.ts';
import { PERMISSIONS, type Permission, type Process, type Resource } from './permissions.ts';

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** A policy for identities, as IAM takes it. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/** The rights of one process on what has these names. */
export function policyOf(process: Process, names: PolicyNames): PolicyDocument {
  const statements = PERMISSIONS[process].flatMap((permission) => statementOf(permission, names) ?? []);
  return { Version: '2012-10-17', Statement: [...statements, ...keyStatements(process, names)] };
}

/** Undefined where nothing is there to have a right on, such as a queue. */
function statementOf({ sid, actions, on, tagged }: Permission, names: PolicyNames): Statement | undefined {
  const resources = on.flatMap((resource) => arnsOf(resource, names));
  if (resources.length === 0) return undefined;
  const condition = on.includes('bucket') ? prefixCondition(names) : tagged && tagCondition(tagged, names);
  return {
    Sid: sid,
    Effect: 'Allow',
    Action: actions,
    Resource: resources,
    ...(condition ? { Condition: condition } : {}),
  };
}

function arnsOf(resource: Resource, names: PolicyNames): string[] {
  const { partition, region, account, bucket, queue } = names;
  const table = (name: string) => `arn:${partition}:dynamodb:${region}:${account}:table/${name}`;
  switch (resource) {
    case 'repositoryTable':
      return [table(names.repositoryTable)];
    case 'versionTable':
      return [table(names.versionTable)];
    case 'feedIndex':
      return [`${table(names.repositoryTable)}/index/*`];
    case 'bucket':
      return [`arn:${partition}:s3:::${bucket}`];
    case 'objects':
      return names.prefixes.map((prefix) => `arn:${partition}:s3:::${bucket}/${prefix}*`);
    case 'queue':
      return queue === undefined ? [] : [queue];
    case 'roles':
      return [...names.roles];
  }
}

function prefixCondition({ prefixes }: PolicyNames) {
  return { StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) } };
}

/** The tags that say whose a table is: a table of anybody else cannot be touched, even if the operator were wrong. */
function tagCondition(where: 'request' | 'resource', { owner: { namespace, name } }: PolicyNames) {
  const key = where === 'request' ? 'aws:RequestTag' : 'aws:ResourceTag';
  return { StringEquals: { [`${key}/${GROUP}/namespace`]: namespace, [`${key}/${GROUP}/name`]: name } };
}

const USE_KEY = ['kms:DescribeKey', 'kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'];

/** DynamoDB and S3 use keys in the name of their caller. */
function keyStatements(process: Process, names: PolicyNames): Statement[] {
  const { tableKey, bucketKey, region, bucketRegion } = names;
  if (process === 'assume-role') return [];
  const actions = process === 'search' ? ['kms:Decrypt'] : USE_KEY;
  const ofTables =
    tableKey && process !== 'operator-delete' ? [via('UseKeyOfTables', actions, tableKey, `dynamodb.${region}`)] : [];
  const grants = tableKey && process === 'operator' ? [grantOf(tableKey, region)] : [];
  const readsBucket = process === 'backfill' || process === 'indexer';
  const ofBucket =
    bucketKey && readsBucket ? [via('ReadKeyOfBucket', ['kms:Decrypt'], bucketKey, `s3.${bucketRegion}`)] : [];
  return [...ofTables, ...grants, ...ofBucket];
}

function via(Sid: string, Action: readonly string[], key: string, service: string): Statement {
  const Condition = { StringLike: { 'kms:ViaService': `${service}.amazonaws.com*` } };
  return { Sid, Effect: 'Allow', Action, Resource: [key], Condition };
}

/** DynamoDB keeps a grant for as long as the table is there. */
function grantOf(key: string, region: string): Statement {
  const { Condition, ...statement } = via('GrantKeyToTables', ['kms:CreateGrant'], key, `dynamodb.${region}`);
  return { ...statement, Condition: { ...Condition, Bool: { 'kms:GrantIsForAWSResource': 'true' } } };
}
