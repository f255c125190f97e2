import { isRecord } from '../../json/is-record.ts';
import { type JsonObject, objectOf, parseObject, stringOf } from '../../oci/json-fields.ts';
import { isTagName } from '../../oci/tag-name.ts';
import { isDigest, isRepositoryName } from '../../storage/grammar.ts';
import type { Expectation, Hint } from './hint.ts';

/** What one event came to; a stable word for the metric. */
export type EventKind =
  /** It says where to look. */
  | 'hint'
  /** Blobs, manifests without a tag, pulls, names outside the grammar: nothing that search shows has changed. */
  | 'ignored'
  /** It may have said something, and this program does not know what. */
  | 'unknown';

export interface ReadEvent {
  readonly kind: EventKind;
  readonly hint?: Hint;
  /** Which process of the registry sent it; new with each start of one. */
  readonly instanceId?: string;
}

/** Whether pulls say where to look, as they do of a registry that is a cache of another one. */
export type Pulls = 'Ignore' | 'Hints';

/**
 * Reads what a distribution registry sends: `{"events": […]}`, of every version alike. Undefined where the body is no
 * such thing. See the registry's documentation of notifications for the fields. Others may send the least of it,
 * `{"events": [{"action": "push", "target": {"repository": "team/app", "tag": "v1"}}]}`, or `delete`; without a tag,
 * anything in the repository may have changed.
 */
export function readNotification(body: Buffer, pulls: Pulls): readonly ReadEvent[] | undefined {
  const parsed = parseObject(body, 'notification');
  if (parsed.kind !== 'parsed' || !Array.isArray(parsed.value.events)) return undefined;
  return parsed.value.events.map((event) => readEvent(event, pulls));
}

function readEvent(event: unknown, pulls: Pulls): ReadEvent {
  if (!isRecord(event)) return { kind: 'unknown' };
  const instanceId = stringOf(objectOf(event.source).instanceID);
  const read = readTarget(event, pulls);
  return instanceId === undefined ? read : { ...read, instanceId };
}

function readTarget({ action, target, request }: JsonObject, pulls: Pulls): ReadEvent {
  const { repository, tag: tagText, digest: digestText } = objectOf(target);
  // Go writes an empty text for a field that is not there.
  const [name, tag, digest] = [stringOf(repository), stringOf(tagText), stringOf(digestText)];
  if (name === undefined) return { kind: 'unknown' };
  // No resync finds these either: they are shown nowhere.
  if (!isRepositoryName(name) || (tag !== undefined && !isTagName(tag))) return { kind: 'ignored' };
  switch (action) {
    case 'push':
    case 'mount':
      if (tag !== undefined) return tagHint(name, tag, expectationOf(digest));
      return digest === undefined ? repositoryHint(name) : { kind: 'ignored' };
    case 'delete':
      return deletion(name, tag);
    case 'pull':
      if (pulls === 'Ignore' || tag === undefined || objectOf(request).method !== 'GET') return { kind: 'ignored' };
      return tagHint(name, tag, { kind: 'nothing' });
    default:
      return { kind: 'unknown' };
  }
}

/** A manifest's deletion by digest looks like a blob's, and any tag may have pointed to it. */
function deletion(name: string, tag: string | undefined): ReadEvent {
  if (tag !== undefined) return tagHint(name, tag, { kind: 'absence' });
  return repositoryHint(name);
}

function repositoryHint(name: string): ReadEvent {
  return { kind: 'hint', hint: { kind: 'repository', name } };
}

function tagHint(name: string, tag: string, expects: Expectation): ReadEvent {
  return { kind: 'hint', hint: { kind: 'tag', name, tag, expects } };
}

function expectationOf(digest: string | undefined): Expectation {
  return digest !== undefined && isDigest(digest) ? { kind: 'digest', digest } : { kind: 'nothing' };
}
