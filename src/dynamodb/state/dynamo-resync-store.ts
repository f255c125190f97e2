import { ServiceError } from '../../aws/errors.ts';
import { batchGet } from '../items/batch-get.ts';
import { putIf } from '../items/conditional-put.ts';
import { UnreadableItem } from '../items/item.ts';
import type { TableAccess } from '../items/table-access.ts';
import { parseResync, RESYNC_VERSION, resyncItem } from './resync-item.ts';
import type { ResyncStore } from './resyncs.ts';

/** The report of the last resync in the version table; each takes the place of the one before. */
export function createResyncStore(access: TableAccess): ResyncStore {
  return {
    async read(signal) {
      const [item] = await batchGet(access, [{ version: RESYNC_VERSION }], signal);
      return item && classified(() => parseResync(item));
    },

    async write(report, signal) {
      const expression = 'attribute_not_exists(#epoch) OR #epoch <= :epoch';
      const condition = { expression, values: { epoch: report.epoch } };
      await putIf(access, { item: resyncItem(report), condition }, signal);
    },
  };
}

function classified<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof UnreadableItem)) throw error;
    throw new ServiceError({ kind: 'terminal', reason: 'ReportUnreadable', message: error.message }, error);
  }
}
