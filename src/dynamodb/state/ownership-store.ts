import { batchGet } from '../items/batch-get.ts';
import { putIf, type WriteCondition } from '../items/conditional-put.ts';
import { type Item, parsedOr, readItem, UnreadableItem } from '../items/item.ts';
import type { TableAccess } from '../items/table-access.ts';
import { scanPages } from '../items/table-scan.ts';
import {
  type Intent,
  OF_OWNER,
  type OwnershipRecord,
  type OwnershipState,
  type OwnershipStore,
  SCHEMA_VERSION,
} from './ownership.ts';
import { PLAN_VERSION } from './range-items.ts';

const LEGACY_VERSION = 1;

const UNCLAIMED: WriteCondition = { expression: 'attribute_not_exists(#version)', values: {} };

/** The ownership record in the version table. */
export function createOwnershipStore(access: TableAccess): OwnershipStore {
  const read = async (signal: AbortSignal): Promise<OwnershipState> => {
    const items = await batchGet(access, [{ version: LEGACY_VERSION }, { version: SCHEMA_VERSION }], signal);
    if (items.some(({ version }) => version === LEGACY_VERSION)) return { kind: 'legacy' };
    const [item] = items;
    return item ? stateOf(item) : { kind: 'none' };
  };
  return {
    read,

    async readToClaim(signal) {
      const state = await read(signal);
      return state.kind === 'none' ? withoutOwnership(access, signal) : state;
    },

    async create(ownership, signal) {
      await putIf(access, { item: ownershipItem(ownership), condition: UNCLAIMED }, signal);
    },

    async update(seen, next, signal) {
      await putIf(access, { item: ownershipItem(next), condition: stillSeen(seen) }, signal);
    },
  };
}

function stateOf(item: Item): OwnershipState {
  return parsedOr<OwnershipState, OwnershipState>(
    () => ({ kind: 'ours', ownership: parseOwnership(item) }),
    ({ message }) => ({ kind: 'foreign', why: message }),
  );
}

/**
 * A version table without an ownership record is free to claim if it is empty, or has only progress of workers, whose
 * ownership record was deleted.
 */
async function withoutOwnership(access: TableAccess, signal: AbortSignal): Promise<OwnershipState> {
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

function stillSeen({ owner, epoch, intent }: OwnershipRecord): WriteCondition {
  return {
    expression: `${OF_OWNER} AND #epoch = :epoch AND #intent = :intent`,
    values: { cluster: owner.cluster, namespace: owner.namespace, name: owner.name, epoch, intent },
  };
}

const INTENTS: readonly Intent[] = ['none', 'creating', 'changing', 'deleting'];

/** The ownership record as an item of the version table. Times are milliseconds since 1970. */
export function ownershipItem(ownership: OwnershipRecord): Item {
  const { ownerSeenAtMs, startedAtMs, completedAtMs, owner, ...rest } = ownership;
  const { cluster, namespace, name } = owner;
  const times = { ownerSeenAt: ownerSeenAtMs, startedAt: startedAtMs, completedAt: completedAtMs };
  return { version: SCHEMA_VERSION, owner: { cluster, namespace, name }, ...rest, ...times };
}

/** Reverses `ownershipItem`. Throws UnreadableItem. */
function parseOwnership(item: Item): OwnershipRecord {
  const { text, count, time, flag, within, optional } = readItem(item, 'the ownership record');
  const owner = within('owner');
  return {
    owner: { cluster: owner.text('cluster'), namespace: owner.text('namespace'), name: owner.text('name') },
    ownerSeenAtMs: time('ownerSeenAt'),
    epoch: count('epoch'),
    repositoryTable: optional('repositoryTable', text),
    source: text('source'),
    feedShards: count('feedShards'),
    intent: parseIntent(text('intent')),
    complete: flag('complete'),
    refill: flag('refill'),
    startedAtMs: time('startedAt'),
    completedAtMs: optional('completedAt', time),
    nudgeKey: optional('nudgeKey', text),
    access: optional('access', text),
  };
}

function parseIntent(text: string): Intent {
  const intent = INTENTS.find((known) => known === text);
  if (intent === undefined) throw new UnreadableItem(`the ownership record: intent ${text} is not known`);
  return intent;
}
