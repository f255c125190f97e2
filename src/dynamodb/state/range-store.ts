import { ServiceError } from '../../aws/errors.ts';
import { batchGet } from '../items/batch-get.ts';
import { isConflict, notOfLaterEpoch, putIf, type WriteCondition } from '../items/conditional-put.ts';
import type { Item } from '../items/item.ts';
import { itemBytes, MAX_ITEM_BYTES } from '../items/item-size.ts';
import type { TableAccess } from '../items/table-access.ts';
import { epochOver, parsedOrFail } from '../items/table-errors.ts';
import { SCHEMA_VERSION } from './ownership.ts';
import {
  PLAN_VERSION,
  parsePlan,
  parseProgress,
  parseWorklist,
  planItem,
  progressItem,
  rangeVersion,
  worklistItem,
  worklistVersion,
} from './range-items.ts';
import type { RangePlan, RangeStore } from './ranges.ts';

/**
 * Plan and progress in the version table, fenced without transactions, which not every endpoint supports. The condition
 * on the item's own epoch keeps the data right: an older worker can never overwrite a newer epoch, and what
 * it wrote before is not read. Reading the ownership record before each write only makes such a worker stop, so a
 * moment's delay does no harm.
 */
export function createRangeStore(access: TableAccess): RangeStore {
  async function readPlan(epoch: number, signal: AbortSignal): Promise<RangePlan | undefined> {
    const item = await getItem(access, PLAN_VERSION, signal);
    return item && item.epoch === epoch ? parsedOrFail(UNREADABLE, () => parsePlan(item)) : undefined;
  }

  return {
    readPlan,

    async agreePlan(plan, signal) {
      await assertEpoch(access, plan.epoch, signal);
      const item = planItem(plan);
      if (itemBytes(item) > MAX_ITEM_BYTES) throw planTooLarge(plan);
      try {
        await putIf(access, { item, condition: notYetPlanned(plan.epoch) }, signal);
        return plan;
      } catch (error) {
        const agreed = isConflict(error) ? await readPlan(plan.epoch, signal) : undefined;
        if (agreed) return agreed;
        throw error;
      }
    },

    async readProgress({ epoch, boundaries }, signal) {
      const keys = Array.from({ length: boundaries.length + 1 }, (_, range) => ({ version: rangeVersion(range) }));
      const items = await batchGet(access, keys, signal);
      const progress = items
        .filter((item) => item.epoch === epoch)
        .map((item) => parsedOrFail(UNREADABLE, () => parseProgress(item)));
      return progress.sort((a, b) => a.range - b.range);
    },

    async writeProgress(progress, signal) {
      await assertEpoch(access, progress.epoch, signal);
      await putIf(access, { item: progressItem(progress), condition: notOfLaterEpoch(progress.epoch) }, signal);
    },

    async writeWorklist(worklist, signal) {
      const item = worklistItem(worklist);
      if (itemBytes(item) > MAX_ITEM_BYTES) return;
      await putIf(access, { item, condition: notOfLaterEpoch(worklist.epoch) }, signal);
    },

    async readWorklist({ range, epoch }, signal) {
      const item = await getItem(access, worklistVersion(range), signal);
      return item && item.epoch === epoch ? parsedOrFail(UNREADABLE, () => parseWorklist(item)) : undefined;
    },
  };
}

const UNREADABLE = 'ProgressUnreadable';

async function getItem(access: TableAccess, version: number, signal: AbortSignal): Promise<Item | undefined> {
  const [item] = await batchGet(access, [{ version }], signal);
  return item;
}

async function assertEpoch(access: TableAccess, epoch: number, signal: AbortSignal): Promise<void> {
  const ownership = await getItem(access, SCHEMA_VERSION, signal);
  if (ownership?.epoch !== epoch) throw epochOver(`epoch ${epoch} of table ${access.table} is over`);
}

function notYetPlanned(epoch: number): WriteCondition {
  const expression =
    'attribute_not_exists(#epoch) OR #epoch < :epoch OR (#epoch = :epoch AND attribute_exists(#failure))';
  return { expression, values: { epoch } };
}

function planTooLarge({ boundaries }: RangePlan): ServiceError {
  const message = `a plan of ${boundaries.length + 1} ranges does not fit into one item; make fewer ranges`;
  return new ServiceError({ kind: 'terminal', reason: 'PlanTooLarge', message });
}
