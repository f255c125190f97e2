import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { mapOrdered } from '../../async/map-ordered.ts';
import { batchGet } from '../items/batch-get.ts';
import { type Condition, conditionExpression, isConflict } from '../items/conditional-put.ts';
import { parsedOr } from '../items/item.ts';
import type { TableAccess } from '../items/table-access.ts';
import { scanTable } from '../items/table-scan.ts';
import { PART_MARK, type PartFacts, parsePartFacts } from './chunk-item.ts';
import { type Head, parseHead } from './record-item.ts';

/** Takes away what nobody needs any more. Each costs a Scan of the repository table; answers how many items went. */
export interface Sweep {
  /** Parts of tag lists that no record names: of writers that were killed, or that somebody was faster than. */
  parts(signal: AbortSignal): Promise<number>;
  /** All items of builds before `epoch`; only for when that one is complete, and is the ownership record's. */
  olderThan(epoch: number, signal: AbortSignal): Promise<number>;
}

export interface SweepDeps extends TableAccess {
  readonly now: () => number;
}

/** A part that no record names for so long belongs to no write that is under way. */
const ABANDONED_MS = 60 * 60_000;
const SEGMENTS = 2;
const DELETES_AT_ONCE = 16;

export function createSweep(deps: SweepDeps): Sweep {
  return {
    async parts(signal) {
      let removed = 0;
      for await (const items of scanTable(deps, PARTS, signal)) {
        const dead = await deadParts(
          deps,
          items.flatMap((item) =>
            parsedOr(
              () => [parsePartFacts(item)],
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

const PARTS = {
  TotalSegments: SEGMENTS,
  FilterExpression: 'contains(#name, :mark)',
  ProjectionExpression: '#name, #epoch, #revision, #writtenAt',
  ExpressionAttributeNames: { '#name': 'name', '#epoch': 'epoch', '#revision': 'revision', '#writtenAt': 'writtenAt' },
  ExpressionAttributeValues: { ':mark': PART_MARK },
};

function itemsWhere({ expression, values }: Condition) {
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
  readonly condition: Condition;
}

async function deadParts(deps: SweepDeps, parts: readonly PartFacts[], signal: AbortSignal): Promise<Removal[]> {
  const repositories = [...new Set(parts.map(({ repository }) => repository))];
  const heads = new Map<unknown, Head | 'unreadable'>();
  for (const item of await batchGet(
    deps,
    repositories.map((name) => ({ name })),
    signal,
  ))
    heads.set(
      item.name,
      parsedOr(
        () => parseHead(item),
        () => 'unreadable' as const,
      ),
    );
  const nowMs = deps.now();
  return parts.filter((part) => isDead(part, heads.get(part.repository), nowMs)).map(removalOf);
}

/** Pure. Whoever names a part of an earlier write puts it again first, so one that is unnamed stays so. */
export function isDead(part: PartFacts, head: Head | 'unreadable' | undefined, nowMs: number): boolean {
  if (head === 'unreadable' || head?.parts.includes(part.id)) return false;
  return (head !== undefined && isOfWriteBefore(part, head)) || nowMs - part.writtenAtMs > ABANDONED_MS;
}

function isOfWriteBefore({ epoch, revision }: PartFacts, { stored }: Head): boolean {
  return epoch < stored.epoch || (epoch === stored.epoch && revision <= stored.revision);
}

/** Only while it is as it was seen: a writer that wants it again has put it anew. */
function removalOf({ key, epoch, revision, writtenAtMs }: PartFacts): Removal {
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
