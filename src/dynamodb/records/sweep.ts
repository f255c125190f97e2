import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { mapOrdered } from '../../async/map-ordered.ts';
import { batchGet } from '../items/batch-get.ts';
import { conditionExpression, isConflict, type WriteCondition } from '../items/conditional-put.ts';
import { parsedOr } from '../items/item.ts';
import type { TableAccess } from '../items/table-access.ts';
import { scanTable } from '../items/table-scan.ts';
import { CHUNK_MARK, type ChunkFacts, parseChunkFacts } from './chunk-item.ts';
import { type MainItem, parseMainItem } from './record-item.ts';

/** Removes garbage. Each sweep costs a Scan of the repository table and returns the number of removed items. */
export interface Sweep {
  /** Tag chunks that no record names: of writers that were killed or got a conflict. */
  chunks(signal: AbortSignal): Promise<number>;
  /** All items of earlier epochs; only when `epoch` is complete and is that of the ownership record. */
  olderThan(epoch: number, signal: AbortSignal): Promise<number>;
}

export interface SweepDeps extends TableAccess {
  readonly now: () => number;
}

/** No write takes that long, so an older chunk that no record names is garbage. */
const ABANDONED_MS = 60 * 60_000;
const SEGMENTS = 2;
const DELETES_AT_ONCE = 16;

export function createSweep(deps: SweepDeps): Sweep {
  return {
    async chunks(signal) {
      let removed = 0;
      for await (const items of scanTable(deps, CHUNKS, signal)) {
        const dead = await deadChunks(
          deps,
          items.flatMap((item) =>
            parsedOr(
              () => [parseChunkFacts(item)],
              () => [],
            ),
          ),
          signal,
        );
        removed += await removeAll(deps, dead, signal);
      }
      return removed;
    },

    async olderThan(epoch, signal) {
      let removed = 0;
      const condition = { expression: '#epoch < :epoch', values: { epoch } };
      for await (const items of scanTable(deps, itemsWhere(condition), signal))
        removed += await removeAll(
          deps,
          items.map(({ name }) => ({ key: String(name), condition })),
          signal,
        );
      return removed;
    },
  };
}

const CHUNKS = {
  TotalSegments: SEGMENTS,
  FilterExpression: 'contains(#name, :mark)',
  ProjectionExpression: '#name, #epoch, #revision, #writtenAt',
  ExpressionAttributeNames: { '#name': 'name', '#epoch': 'epoch', '#revision': 'revision', '#writtenAt': 'writtenAt' },
  ExpressionAttributeValues: { ':mark': CHUNK_MARK },
};

function itemsWhere({ expression, values }: WriteCondition) {
  const { ConditionExpression, ExpressionAttributeNames, ...rest } = conditionExpression({ expression, values });
  const names = { ...ExpressionAttributeNames, '#name': 'name' };
  return {
    TotalSegments: SEGMENTS,
    FilterExpression: ConditionExpression,
    ProjectionExpression: '#name',
    ExpressionAttributeNames: names,
    ...rest,
  };
}

interface Removal {
  readonly key: string;
  readonly condition: WriteCondition;
}

async function deadChunks(deps: SweepDeps, chunks: readonly ChunkFacts[], signal: AbortSignal): Promise<Removal[]> {
  const repositories = [...new Set(chunks.map(({ repository }) => repository))];
  const mainItems = new Map<unknown, MainItem | 'unreadable'>();
  for (const item of await batchGet(
    deps,
    repositories.map((name) => ({ name })),
    signal,
  ))
    mainItems.set(
      item.name,
      parsedOr(
        () => parseMainItem(item),
        () => 'unreadable' as const,
      ),
    );
  const nowMs = deps.now();
  return chunks.filter((chunk) => isDead(chunk, mainItems.get(chunk.repository), nowMs)).map(removalOf);
}

/** Pure. A writer that names an existing chunk puts it again first, so a chunk that is not named stays garbage. */
export function isDead(chunk: ChunkFacts, main: MainItem | 'unreadable' | undefined, nowMs: number): boolean {
  if (main === 'unreadable' || main?.chunks.includes(chunk.id)) return false;
  return (main !== undefined && isOfWriteBefore(chunk, main)) || nowMs - chunk.writtenAtMs > ABANDONED_MS;
}

function isOfWriteBefore({ epoch, revision }: ChunkFacts, { stored }: MainItem): boolean {
  return epoch < stored.epoch || (epoch === stored.epoch && revision <= stored.revision);
}

/** Under the condition that no writer has put the chunk again. */
function removalOf({ key, epoch, revision, writtenAtMs }: ChunkFacts): Removal {
  const expression = '#epoch = :epoch AND #revision = :revision AND #writtenAt = :writtenAt';
  return { key, condition: { expression, values: { epoch, revision, writtenAt: writtenAtMs } } };
}

async function removeAll(deps: SweepDeps, removals: readonly Removal[], signal: AbortSignal): Promise<number> {
  let removed = 0;
  for await (const done of mapOrdered(removals, DELETES_AT_ONCE, (removal) => remove(deps, removal, signal)))
    if (done) removed += 1;
  return removed;
}

async function remove({ client, table, call }: TableAccess, { key, condition }: Removal, signal: AbortSignal) {
  const command = new DeleteCommand({ TableName: table, Key: { name: key }, ...conditionExpression(condition) });
  try {
    await call.patiently((options) => client.send(command, options), signal);
    return true;
  } catch (error) {
    if (isConflict(error)) return false;
    throw error;
  }
}
