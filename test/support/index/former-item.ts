import { deflateRawSync, inflateRawSync } from 'node:zlib';

/**
 * Items of the repository table as the program wrote and read them before readers had versions (0.1.0 of November
 * 2026). Frozen: this must not follow the program, for tables that it stands for are there.
 */
export interface FormerRecord {
  readonly name: string;
  readonly epoch: number;
  readonly fingerprint: string;
  /** Sorted by name; digests are of sha256. */
  readonly tags: readonly { readonly name: string; readonly digest: string; readonly pushedAtMs: number }[];
}

type Item = Readonly<Record<string, unknown>>;

export function formerItem({ name, epoch, fingerprint, tags }: FormerRecord): Item {
  const digests = [...new Set(tags.map(({ digest }) => digest.slice('sha256:'.length)))];
  const columns = {
    names: tags.map((tag) => tag.name),
    times: tags.map(({ pushedAtMs }, at) => pushedAtMs - (tags[at - 1]?.pushedAtMs ?? 0)),
    digests: tags.map(({ digest }) => digests.indexOf(digest.slice('sha256:'.length))),
    platforms: [['linux/x86_64']],
    runsOn: tags.map(() => 0),
  };
  return {
    name,
    title: 'As it was',
    labels: '{"former":"yes"}',
    platforms: ['linux/x86_64'],
    types: ['image'],
    referrers: [],
    tagCount: tags.length,
    pushedAt: Math.max(...tags.map(({ pushedAtMs }) => pushedAtMs)),
    tags: deflateRawSync(JSON.stringify(columns)),
    digests: Buffer.from(digests.join(''), 'hex'),
    read: tags[0]?.name ?? '',
    epoch,
    revision: 1,
    fingerprint,
    listedAt: 1,
    changedAt: 1,
    feed: 0,
    writeId: 'former',
  };
}

/** What the former program made of an item, throwing where it would have taken it for none of its own. */
export function formerRecord(item: Item): FormerRecord & { readonly labels: unknown; readonly isKnown: boolean } {
  for (const field of ['epoch', 'revision', 'listedAt', 'changedAt', 'pushedAt'])
    if (!Number.isFinite(item[field])) throw new Error(`${field} is not a number`);
  for (const field of ['platforms', 'types', 'referrers'])
    if (!Array.isArray(item[field])) throw new Error(`${field} is not a list`);
  const { names, times, digests } = JSON.parse(inflateRawSync(bytesOf(item, 'tags')).toString());
  const hex = Buffer.from(bytesOf(item, 'digests')).toString('hex');
  let pushedAtMs = 0;
  const tags = names.map((name: string, at: number) => {
    pushedAtMs += times[at];
    const digest = typeof digests[at] === 'string' ? digests[at] : `sha256:${hex.slice(digests[at] * 64).slice(0, 64)}`;
    return { name, digest, pushedAtMs };
  });
  const { name, fingerprint, labels } = item;
  return {
    name: String(name),
    epoch: Number(item.epoch),
    fingerprint: String(fingerprint),
    tags,
    labels: JSON.parse(String(labels)),
    isKnown: typeof item.read === 'string',
  };
}

function bytesOf(item: Item, field: string): Uint8Array {
  const value = item[field];
  if (!(value instanceof Uint8Array)) throw new Error(`${field} is not binary`);
  return value;
}
