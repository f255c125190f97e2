import { type Item, readItem, UnreadableItem } from '../items/item.ts';
import { type Intent, type Marker, SCHEMA_VERSION } from './marker.ts';

const INTENTS: readonly Intent[] = ['none', 'creating', 'changing', 'deleting'];

/** The marker as an item of the version table. Times are milliseconds since 1970. */
export function markerItem(marker: Marker): Item {
  const { ownerSeenAtMs, startedAtMs, completedAtMs, owner, ...rest } = marker;
  const { cluster, namespace, name } = owner;
  const times = { ownerSeenAt: ownerSeenAtMs, startedAt: startedAtMs, completedAt: completedAtMs };
  return { version: SCHEMA_VERSION, owner: { cluster, namespace, name }, ...rest, ...times };
}

/** Reverses `markerItem`. Throws UnreadableItem. */
export function parseMarker(item: Item): Marker {
  const { text, count, time, flag, within, optional } = readItem(item, 'the marker');
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
  };
}

function parseIntent(text: string): Intent {
  const intent = INTENTS.find((known) => known === text);
  if (intent === undefined) throw new UnreadableItem(`the marker: intent ${text} is not known`);
  return intent;
}
