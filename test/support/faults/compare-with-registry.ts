import type { RecordStore } from '../../../src/dynamodb/records/record-store.ts';
import type { Difference } from '../../../src/verify/compare.ts';
import { createDistributionClient } from '../../../src/verify/distribution-client.ts';
import { inventoryOfIndex } from '../../../src/verify/inventory.ts';
import { inventoryOfRegistry } from '../../../src/verify/registry-inventory.ts';
import { verify } from '../../../src/verify/verify.ts';

const { signal } = new AbortController();
const concurrency = 8;

/** How records differ from what a registry itself says, as `registry-index verify` finds it without a pause. */
export async function differencesFrom(registryUrl: string, records: RecordStore): Promise<readonly Difference[]> {
  const url = new URL(registryUrl);
  const client = createDistributionClient({ url, credentials: undefined, concurrency });
  const index = inventoryOfIndex({ records, epoch: 1 });
  const truth = inventoryOfRegistry({ client, url, concurrency });
  const { differences } = await verify({ index, truth, settleMs: 0, concurrency }, signal);
  await client.close();
  return differences;
}
