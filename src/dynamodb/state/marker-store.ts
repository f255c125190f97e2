import { batchGet } from '../items/batch-get.ts';
import { type Condition, putIf } from '../items/conditional-put.ts';
import { type Item, UnreadableItem } from '../items/item.ts';
import type { TableAccess } from '../items/table-access.ts';
import { scanPages } from '../items/table-scan.ts';
import { type Marker, type MarkerState, type MarkerStore, SCHEMA_VERSION } from './marker.ts';
import { markerItem, parseMarker } from './marker-item.ts';
import { PLAN_VERSION } from './range-items.ts';

const LEGACY_VERSION = 1;

const UNCLAIMED: Condition = { expression: 'attribute_not_exists(#version)', values: {} };

/** The marker in the version table. */
export function createMarkerStore(access: TableAccess): MarkerStore {
  return {
    async read(signal) {
      const items = await batchGet(access, [{ version: LEGACY_VERSION }, { version: SCHEMA_VERSION }], signal);
      if (items.some(({ version }) => version === LEGACY_VERSION)) return { kind: 'legacy' };
      const [item] = items;
      return item ? stateOf(item) : withoutMarker(access, signal);
    },

    async claim(marker, signal) {
      await putIf(access, { item: markerItem(marker), condition: UNCLAIMED }, signal);
    },

    async update(seen, next, signal) {
      await putIf(access, { item: markerItem(next), condition: stillSeen(seen) }, signal);
    },
  };
}

function stateOf(item: Item): MarkerState {
  try {
    return { kind: 'ours', marker: parseMarker(item) };
  } catch (error) {
    if (error instanceof UnreadableItem) return { kind: 'foreign', why: error.message };
    throw error;
  }
}

/** Without a marker: nothing at all is free to claim; so is progress of workers whose marker somebody deleted. */
async function withoutMarker(access: TableAccess, signal: AbortSignal): Promise<MarkerState> {
  const strangers = {
    ConsistentRead: true,
    FilterExpression: '#version < :first',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':first': PLAN_VERSION },
  };
  for await (const [stranger] of scanPages(access, strangers, signal)) {
    return {
      kind: 'foreign',
      why: `it holds an item of version ${stranger?.version}, which this program does not know`,
    };
  }
  return { kind: 'none' };
}

function stillSeen({ owner, epoch, intent }: Marker): Condition {
  const sameOwner = '#owner.#cluster = :cluster AND #owner.#namespace = :namespace AND #owner.#name = :name';
  return {
    expression: `${sameOwner} AND #epoch = :epoch AND #intent = :intent`,
    values: { cluster: owner.cluster, namespace: owner.namespace, name: owner.name, epoch, intent },
  };
}
