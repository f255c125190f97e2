import { type Item, readItem, UnreadableItem } from './item.ts';
import type { TableAccess } from './table-access.ts';
import { scanTable } from './table-scan.ts';

/** As much of a record as tells whether the bucket still says the same. */
export interface StoredFingerprint {
  readonly name: string;
  readonly epoch: number;
  readonly fingerprint: string;
  /** A tombstone. */
  readonly deleted: boolean;
}

/** Every record's fingerprint, page by page, in no order. Rejects with a classified ServiceError. */
export type FingerprintScan = (signal: AbortSignal) => AsyncIterable<StoredFingerprint[]>;

const WANTED = {
  TotalSegments: 4,
  ProjectionExpression: '#name, #epoch, #fingerprint, #deleted',
  ExpressionAttributeNames: {
    '#name': 'name',
    '#epoch': 'epoch',
    '#fingerprint': 'fingerprint',
    '#deleted': 'deleted',
  },
};

/**
 * A Scan costs the units of whole items (half, read eventually consistently) but one request a megabyte of them; reading
 * record by record costs at least as many units and a request each. What is no record of ours is left out.
 */
export function createFingerprintScan(access: TableAccess): FingerprintScan {
  return async function* fingerprints(signal) {
    for await (const items of scanTable(access, WANTED, signal)) yield items.flatMap(tryParse);
  };
}

function tryParse(item: Item): StoredFingerprint[] {
  try {
    const { text, number, flag, optional } = readItem(item, 'a record');
    const deleted = optional('deleted', flag) ?? false;
    return [{ name: text('name'), epoch: number('epoch'), fingerprint: text('fingerprint'), deleted }];
  } catch (error) {
    if (error instanceof UnreadableItem) return [];
    throw error;
  }
}
