import { type Item, parsedOr, readItem } from '../items/item.ts';
import type { TableAccess } from '../items/table-access.ts';
import { scanTable } from '../items/table-scan.ts';
import { CHUNK_MARK, chunkKey } from './chunk-item.ts';
import type { Gaps } from './gaps.ts';
import { parseCompared } from './record-item.ts';

/** The part of a record that a resync compares with the bucket. */
export interface RecordHeader {
  readonly kind: 'record';
  readonly name: string;
  readonly epoch: number;
  readonly fingerprint: string;
  /** Version of the reader that wrote the record. */
  readonly reader: number;
  /** What could not be read. */
  readonly gaps: Gaps | undefined;
  /** A tombstone. */
  readonly deleted: boolean;
  /** Keys of the chunks that it names. */
  readonly chunks: readonly string[];
}

/** A chunk of a tag list. */
export interface ChunkHeader {
  readonly kind: 'chunk';
  readonly key: string;
  readonly epoch: number;
}

export type ItemHeader = RecordHeader | ChunkHeader;

/** The header of every item, page by page, in no order. Rejects with a classified ServiceError. */
export type HeaderScan = (signal: AbortSignal) => AsyncIterable<ItemHeader[]>;

const WANTED = {
  TotalSegments: 4,
  ProjectionExpression: '#name, #epoch, #fingerprint, #reader, #gaps, #deleted, #parts',
  ExpressionAttributeNames: {
    '#name': 'name',
    '#epoch': 'epoch',
    '#fingerprint': 'fingerprint',
    '#reader': 'reader',
    '#gaps': 'gaps',
    '#deleted': 'deleted',
    '#parts': 'parts',
  },
};

/**
 * A Scan costs the read units of whole items (half, as it is eventually consistent) but only one request a megabyte;
 * reading record by record costs at least as many units and a request each. Items that are not ours are left out.
 */
export function createHeaderScan(access: TableAccess): HeaderScan {
  return async function* headers(signal) {
    for await (const items of scanTable(access, WANTED, signal))
      yield items.flatMap((item) =>
        parsedOr(
          () => [parseHeader(item)],
          () => [],
        ),
      );
  };
}

function parseHeader(item: Item): ItemHeader {
  const { text, number, flag, texts, optional } = readItem(item, 'an item');
  const name = text('name');
  const epoch = number('epoch');
  if (name.includes(CHUNK_MARK)) return { kind: 'chunk', key: name, epoch };
  const chunks = (optional('parts', texts) ?? []).map((id) => chunkKey(name, id).name);
  const { fingerprint, reader = 0, gaps } = parseCompared(item, `repository ${name}`);
  return {
    kind: 'record',
    name,
    epoch,
    fingerprint,
    reader,
    gaps,
    deleted: optional('deleted', flag) ?? false,
    chunks,
  };
}
