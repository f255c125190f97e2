import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { mapOrdered } from '../../async/map-ordered.ts';
import { ServiceError } from '../../aws/errors.ts';
import type { BulkWrites } from '../items/bulk-writes.ts';
import { conditionExpression, isConflict, putIf, type WriteCondition } from '../items/conditional-put.ts';
import { unitsOf } from '../items/item-size.ts';
import type { TableAccess } from '../items/table-access.ts';
import { type ChunkVersion, chunkItem, chunkKey } from './chunk-item.ts';
import type { TagChunk } from './tag-layout.ts';

export interface ChunkTable extends TableAccess, Pick<BulkWrites, 'spend'> {
  readonly now: () => number;
}

interface Chunks<T> {
  readonly repository: string;
  readonly chunks: readonly T[];
  /** The write of the main item that names the chunks, or does not name them any more. */
  readonly version: ChunkVersion;
}

const WRITES_AT_ONCE = 16;

/**
 * Puts chunks before the main item that names them. An existing chunk has the same content, because its id is a hash of
 * it; it is marked with this write, so that a late removal for an earlier write fails.
 */
export async function putChunks(
  deps: ChunkTable,
  { repository, chunks, version }: Chunks<TagChunk>,
  signal: AbortSignal,
): Promise<void> {
  const put = async (chunk: TagChunk) => {
    const item = chunkItem(repository, chunk, { ...version, writtenAtMs: deps.now() });
    await deps.spend?.(unitsOf(item), signal);
    await putIf(deps, { item, condition: missingOrNotAfter(version) }, signal).catch(unlessConflict);
  };
  for await (const _ of mapOrdered(chunks, WRITES_AT_ONCE, put));
}

/**
 * Removes chunks that the main item of `version` does not name any more. A later write that names one of them puts it
 * again first, which marks it with that write. Chunks that cannot be removed now are left to the next sweep.
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

/** Holds of no chunk that is not there. */
function notAfter({ epoch, revision }: ChunkVersion): WriteCondition {
  return {
    expression: '#epoch < :epoch OR (#epoch = :epoch AND #revision <= :revision)',
    values: { epoch, revision },
  };
}

function missingOrNotAfter(version: ChunkVersion): WriteCondition {
  const { expression, values } = notAfter(version);
  return { expression: `attribute_not_exists(#name) OR ${expression}`, values };
}

function unlessConflict(error: unknown): void {
  if (!isConflict(error)) throw error;
}

function unlessServiceError(error: unknown): void {
  if (!(error instanceof ServiceError)) throw error;
}
