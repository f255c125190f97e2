import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { mapOrdered } from '../../async/map-ordered.ts';
import { ServiceError } from '../../aws/errors.ts';
import type { LoadWrites } from '../items/bulk-writes.ts';
import { type Condition, conditionExpression, isConflict, putIf } from '../items/conditional-put.ts';
import { unitsOf } from '../items/item-size.ts';
import type { TableAccess } from '../items/table-access.ts';
import { type ChunkVersion, chunkItem, chunkKey } from './chunk-item.ts';
import type { TagChunk } from './tag-layout.ts';

export interface ChunkTable extends TableAccess, Pick<LoadWrites, 'spend'> {
  readonly now: () => number;
}

interface Chunks<T> {
  readonly repository: string;
  readonly chunks: readonly T[];
  /** The write of the main item that they are put, or that they are left out, by. */
  readonly version: ChunkVersion;
}

const WRITES_AT_ONCE = 16;

/**
 * Puts chunks before the main item that names them. One that is there already has the same content, for that is what it
 * is named by; it is only made to belong to this write, lest somebody who removes it for an earlier one comes late.
 */
export async function putChunks(
  deps: ChunkTable,
  { repository, chunks, version }: Chunks<TagChunk>,
  signal: AbortSignal,
): Promise<void> {
  const put = async (chunk: TagChunk) => {
    const item = chunkItem(repository, chunk, { ...version, writtenAtMs: deps.now() });
    await deps.spend?.(unitsOf(item), signal);
    await putIf(deps, { item, condition: notOfLaterWrite(version) }, signal).catch(unlessConflict);
  };
  for await (const _ of mapOrdered(chunks, WRITES_AT_ONCE, put));
}

/**
 * Removes chunks that the main item of `version` does not name any more. Whoever names one of them later puts it again
 * first, which makes it belong to that write. What cannot be removed now is left for the next sweep.
 */
export async function removeChunks(
  deps: TableAccess,
  { repository, chunks, version }: Chunks<string>,
  signal: AbortSignal,
): Promise<void> {
  const { client, table, call } = deps;
  const condition = notAfter(version);
  const remove = async (id: string) => {
    const command = new DeleteCommand({
      TableName: table,
      Key: chunkKey(repository, id),
      ...conditionExpression(condition),
    });
    await call.once((options) => client.send(command, options), signal).catch(unlessServiceError);
  };
  for await (const _ of mapOrdered(chunks, WRITES_AT_ONCE, remove));
}

function notOfLaterWrite({ epoch, revision }: ChunkVersion): Condition {
  return {
    expression: 'attribute_not_exists(#name) OR #epoch < :epoch OR (#epoch = :epoch AND #revision <= :revision)',
    values: { epoch, revision },
  };
}

function notAfter({ epoch, revision }: ChunkVersion): Condition {
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
