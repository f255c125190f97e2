import type { TableDescription } from '@aws-sdk/client-dynamodb';
import type { TableState } from './tables.ts';

type Status = Extract<TableState, { kind: 'present' }>['status'];

const STATUSES: Readonly<Record<string, Status>> = {
  CREATING: 'creating',
  UPDATING: 'updating',
  DELETING: 'deleting',
  ACTIVE: 'active',
  ARCHIVING: 'archived',
  ARCHIVED: 'archived',
  INACCESSIBLE_ENCRYPTION_CREDENTIALS: 'inaccessible',
};

/** A status that is new to us counts as `updating`: it is waited for and nothing is done to the table. */
export function statusOf({ TableStatus: status }: TableDescription): Status {
  return (status && STATUSES[status]) || 'updating';
}

/** Another one for a table that was made anew or restored from a backup, even under the same name. */
export function identityOf({ TableId, CreationDateTime }: TableDescription): string {
  return TableId ?? `created:${CreationDateTime?.toISOString() ?? 'unknown'}`;
}
