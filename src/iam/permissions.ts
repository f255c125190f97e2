/**
 * Processes that get a role of their own. `operator-delete` is what a deletionPolicy of Delete needs besides;
 * `assume-role` what those need who take on a role that a resource names, which then has the other policies in their
 * place.
 */
export const PROCESSES = ['operator', 'operator-delete', 'backfill', 'indexer', 'search', 'assume-role'] as const;
export type Process = (typeof PROCESSES)[number];

/**
 * What a right is for: the tables, the repository table's index that is the change feed, the bucket, the queue, roles.
 */
export type Resource = 'repositoryTable' | 'versionTable' | 'feedIndex' | 'bucket' | 'objects' | 'queue' | 'roles';

export interface Permission {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly on: readonly Resource[];
  /** Only with these tags in the request, or on a table that has them: those of one RegistryIndex. */
  readonly tagged?: 'request' | 'resource';
}

const TABLES = ['repositoryTable', 'versionTable'] as const;

const READ_BUCKET: readonly Permission[] = [
  { sid: 'ListRegistry', actions: ['s3:ListBucket'], on: ['bucket'] },
  { sid: 'ReadRegistry', actions: ['s3:GetObject'], on: ['objects'] },
];

/**
 * Every call of AWS that each process makes; `npm test` records them and finds no other.
 * The files in iam/, `registry-index iam` and docs/iam.md come from here.
 */
export const PERMISSIONS: Readonly<Record<Process, readonly Permission[]>> = {
  operator: [
    {
      sid: 'SeeTables',
      actions: ['dynamodb:DescribeTable', 'dynamodb:ListTagsOfResource', 'dynamodb:DescribeContinuousBackups'],
      on: TABLES,
    },
    { sid: 'SeeExpiry', actions: ['dynamodb:DescribeTimeToLive'], on: ['repositoryTable'] },
    {
      sid: 'MakeTables',
      actions: ['dynamodb:CreateTable', 'dynamodb:TagResource'],
      on: TABLES,
      tagged: 'request',
    },
    {
      sid: 'ChangeOwnTables',
      actions: ['dynamodb:UpdateTable', 'dynamodb:UpdateContinuousBackups', 'dynamodb:TagResource'],
      on: TABLES,
      tagged: 'resource',
    },
    { sid: 'SetExpiry', actions: ['dynamodb:UpdateTimeToLive'], on: ['repositoryTable'], tagged: 'resource' },
    {
      sid: 'KeepOwnership',
      actions: ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:Scan'],
      on: ['versionTable'],
    },
  ],
  'operator-delete': [{ sid: 'DeleteOwnTables', actions: ['dynamodb:DeleteTable'], on: TABLES, tagged: 'resource' }],
  backfill: [
    {
      sid: 'WriteIndex',
      actions: [
        'dynamodb:BatchGetItem',
        'dynamodb:PutItem',
        'dynamodb:PartiQLInsert',
        'dynamodb:DeleteItem',
        'dynamodb:Scan',
      ],
      on: ['repositoryTable'],
    },
    {
      sid: 'KeepProgress',
      actions: ['dynamodb:BatchGetItem', 'dynamodb:PutItem'],
      on: ['versionTable'],
    },
    ...READ_BUCKET,
  ],
  indexer: [
    {
      sid: 'WriteIndex',
      actions: ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:PartiQLInsert', 'dynamodb:DeleteItem'],
      on: ['repositoryTable'],
    },
    { sid: 'KeepReport', actions: ['dynamodb:BatchGetItem', 'dynamodb:PutItem'], on: ['versionTable'] },
    ...READ_BUCKET,
    {
      sid: 'ReceiveEvents',
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
      on: ['queue'],
    },
  ],
  search: [
    { sid: 'LoadIndex', actions: ['dynamodb:BatchGetItem', 'dynamodb:Scan'], on: ['repositoryTable'] },
    { sid: 'FollowFeed', actions: ['dynamodb:Query'], on: ['feedIndex'] },
    { sid: 'SeeOwnership', actions: ['dynamodb:BatchGetItem'], on: ['versionTable'] },
  ],
  'assume-role': [{ sid: 'AssumeRoles', actions: ['sts:AssumeRole'], on: ['roles'] }],
};
