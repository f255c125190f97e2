import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { createTurn } from '../../async/turn.ts';
import type { Archive, Serializable } from '../archive.ts';

/** A file has values, each preceded by the number of its bytes, and then the CRC-32 of all of that. */
const LENGTH_BYTES = 4;
const CHECKSUM_BYTES = 4;

/** A file differs from what was written. */
export class DamagedFile extends Error {
  override readonly name = 'DamagedFile';
}

/** Something written down; its memory is not copied, and must stay as it is until `writeTo` resolves. */
export interface Written {
  readonly sizeBytes: number;
  writeTo(handle: FileHandle): Promise<void>;
}

export async function writeDown(held: Serializable): Promise<Written> {
  const values: Uint8Array[] = [];
  await goThrough(held, writing(values));
  const sizeBytes = values.reduce((bytes, { byteLength }) => bytes + LENGTH_BYTES + byteLength, CHECKSUM_BYTES);
  return { sizeBytes, writeTo: (handle) => writeValues(values, handle) };
}

/** Fills something empty. Throws DamagedFile before that where the file differs from what was written. */
export async function readArchive(handle: FileHandle, empty: Serializable, signal: AbortSignal): Promise<void> {
  const endByte = (await handle.stat()).size - CHECKSUM_BYTES;
  await assertWhole(handle, endByte, signal);
  await goThrough(empty, reading(createReader(handle.fd)), signal);
}

/** Reads the whole file before anything is made of it: a wrong number could ask for a million arrays. */
async function assertWhole(handle: FileHandle, endByte: number, signal: AbortSignal): Promise<void> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let checksum = 0;
  for (let at = 0; at < endByte; at += CHUNK_BYTES) {
    const { bytesRead } = await handle.read(chunk, 0, Math.min(CHUNK_BYTES, endByte - at), at);
    checksum = crc32(chunk.subarray(0, bytesRead), checksum);
    signal.throwIfAborted();
  }
  const { buffer, bytesRead } = await handle.read(
    Buffer.alloc(CHECKSUM_BYTES),
    0,
    CHECKSUM_BYTES,
    Math.max(0, endByte),
  );
  if (bytesRead < CHECKSUM_BYTES || buffer.readUInt32LE() !== checksum) {
    throw new DamagedFile('its checksum is not that of its content');
  }
}

async function goThrough(part: Serializable, archive: Archive, signal?: AbortSignal): Promise<void> {
  const turn = createTurn();
  for (const _ of part.serialize(archive)) {
    if (turn.isOver()) await turn.next();
    signal?.throwIfAborted();
  }
}

/** The system limits how many pieces one call may be given: IOV_MAX is 1,024 on Linux. */
const VALUES_AT_A_TIME = 500;

async function writeValues(values: readonly Uint8Array[], handle: FileHandle): Promise<void> {
  let checksum = 0;
  for (let from = 0; from < values.length; from += VALUES_AT_A_TIME) {
    const some = values.slice(from, from + VALUES_AT_A_TIME);
    const pieces = some.flatMap((value) => [uint32(value.byteLength), value]);
    for (const piece of pieces) checksum = crc32(piece, checksum);
    await handle.writev(pieces);
  }
  await handle.writev([uint32(checksum)]);
}

function writing(values: Uint8Array[]): Archive {
  const write = <Values extends Uint8Array | Uint32Array | Float64Array>(value: Values): Values => {
    values.push(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    return value;
  };
  return {
    number(value) {
      write(Float64Array.of(value));
      return value;
    },
    text(value) {
      write(Buffer.from(value));
      return value;
    },
    uint32s: write,
    doubles: write,
    bytes: write,
  };
}

function reading({ take, length }: Reader): Archive {
  const next = () => take(length());
  return {
    number: () => doublesIn(next())[0] ?? 0,
    text: () => next().toString(),
    uint32s: () => uint32sIn(next()),
    doubles: () => doublesIn(next()),
    bytes: next,
  };
}

function uint32sIn({ buffer, byteLength }: Buffer): Uint32Array {
  return new Uint32Array(buffer, 0, byteLength / Uint32Array.BYTES_PER_ELEMENT);
}

function doublesIn({ buffer, byteLength }: Buffer): Float64Array {
  return new Float64Array(buffer, 0, byteLength / Float64Array.BYTES_PER_ELEMENT);
}

interface Reader {
  /** The next bytes, at the beginning of memory of their own. */
  take(bytes: number): Buffer;
  /** The next bytes as a whole number. */
  length(): number;
}

const CHUNK_BYTES = 1024 * 1024;

/** Reads synchronously: a chunk takes less than a millisecond, for the check has just put it into the page cache. */
function createReader(fd: number): Reader {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const lengthBytes = Buffer.alloc(LENGTH_BYTES);
  let unread = chunk.subarray(0, 0);
  let position = 0;

  const refill = () => {
    const count = readSync(fd, chunk, 0, CHUNK_BYTES, position);
    if (count === 0) throw new DamagedFile('it ends too early');
    unread = chunk.subarray(0, count);
    position += count;
  };

  const fill = (target: Buffer) => {
    for (let filled = 0; filled < target.length; ) {
      if (unread.length === 0) refill();
      const count = unread.copy(target, filled);
      unread = unread.subarray(count);
      filled += count;
    }
    return target;
  };

  return {
    // Not `Buffer.alloc`, whose memory may begin anywhere, and would not do for numbers.
    take: (bytes) => fill(Buffer.from(new ArrayBuffer(bytes))),
    length: () => fill(lengthBytes).readUInt32LE(),
  };
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(LENGTH_BYTES);
  bytes.writeUInt32LE(value);
  return bytes;
}
