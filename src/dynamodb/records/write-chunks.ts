import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { mapOrdered } from '../../async/map-ordered.ts';
import { ServiceError } from '../../aws/errors.ts';
import type { LoadWrites } from '../items/bulk-writes.ts';
import { type Condition, conditionExpression, isConflict, putIf } from '../items/conditional-put.ts';
import { unitsOf } from '../items/item-size.ts';
import type { TableAccess } from '../items/table-access.ts';
import { type PartVersion, partItem, partKey } from './chunk-item.ts';
import type { TagPart } from './tag-layout.ts';

export interface PartTable extends TableAccess, Pick<LoadWrites, 'spend'> {
  readonly now: () => number;
}

interface Parts<T> {
  readonly repository: string;
  readonly parts: readonly T[];
  /** The write of the head that they are put, or that they are left out, by. */
  readonly version: PartVersion;
}

const WRITES_AT_ONCE = 16;

/**
 * Puts parts before the head that names them. One that is there already has the same content, for that is what it is
 * named by; it is only made to belong to this write, lest somebody who removes it for an earlier one comes late.
 */
export async function putParts(
  deps: PartTable,
  { repository, parts, version }: Parts<TagPart>,
  signal: AbortSignal,
): Promise<void> {
  const put = async (part: TagPart) => {
    const item = partItem(repository, part, { ...version, writtenAtMs: deps.now() });
    await deps.spend?.(unitsOf(item), signal);
    await putIf(deps, { item, condition: notOfLaterWrite(version) }, signal).catch(unlessConflict);
  };
  for await (const _ of mapOrdered(parts, WRITES_AT_ONCE, put));
}

/**
 * Removes parts that the head of `version` does not name any more. Whoever names one of them later puts it again first,
 * which makes it belong to that write. What cannot be removed now is left for the next sweep.
 */
export async function removeParts(
  deps: TableAccess,
  { repository, parts, version }: Parts<string>,
  signal: AbortSignal,
): Promise<void> {
  const { client, table, call } = deps;
  const condition = notAfter(version);
  const remove = async (id: string) => {
    const command = new DeleteCommand({
      TableName: table,
      Key: partKey(repository, id),
      ...conditionExpression(condition),
    });
    await call.once((options) => client.send(command, options), signal).catch(unlessServiceError);
  };
  for await (const _ of mapOrdered(parts, WRITES_AT_ONCE, remove));
}

function notOfLaterWrite({ epoch, revision }: PartVersion): Condition {
  return {
    expression: 'attribute_not_exists(#name) OR #epoch < :epoch OR (#epoch = :epoch AND #revision <= :revision)',
    values: { epoch, revision },
  };
}

function notAfter({ epoch, revision }: PartVersion): Condition {
  return {
    expression: '#epoch < :epoch OR (#epoch = :epoch AND #revision <= :revision)',
    values: { epoch, revision },
  };
}

function unlessConflict(error: unknown): void {
  if (!isConflict(error)) throw error;
}

function unlessServiceError(error: unknown): void {
  if (!(error instanceof ServiceError)) throw error;
}
