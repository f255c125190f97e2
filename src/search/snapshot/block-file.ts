import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, deflateRaw, inflateRaw } from 'node:zlib';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** Length and CRC-32 of the payload, each four bytes, little-endian. */
const HEADER_BYTES = 8;
/** Higher levels hardly make names and digests smaller. */
const COMPRESSION = { level: 1 };

/** A file of texts, each compressed behind its length and checksum. */
export interface BlockFile {
  append(text: string): Promise<void>;
  /** Of what was appended. */
  sizeBytes(): number;
  /** Waits until everything is on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface Block {
  readonly text: string;
  /** Where it ends in the file. */
  readonly endByte: number;
}

/** A block differs from what was written. */
export class DamagedFile extends Error {
  override readonly name = 'DamagedFile';
}

/** Opens a file to append after its first `keptBytes`; the rest is cut off. A file that is missing is created. */
export async function openBlockFile(path: string, keptBytes: number): Promise<BlockFile> {
  const handle = await open(path, 'a');
  await handle.truncate(keptBytes);
  let size = keptBytes;
  return {
    async append(text) {
      const block = blockOf(await deflate(text, COMPRESSION));
      await handle.appendFile(block);
      size += block.length;
    },
    sizeBytes: () => size,
    sync: () => handle.datasync(),
    close: () => handle.close(),
  };
}

/**
 * The blocks of a file between two block boundaries. A last block that is not complete was being written at the end of
 * the process, and is left out. Throws DamagedFile when a checksum is wrong.
 */
export async function* readBlocks(path: string, fromByte = 0, toByte = Infinity): AsyncGenerator<Block> {
  const handle = await open(path, 'r');
  try {
    const lastByte = Math.min(toByte, (await handle.stat()).size);
    for (let at = fromByte; ; ) {
      const header = await readWhole(handle, { at, bytes: HEADER_BYTES }, lastByte);
      const bytes = header?.readUInt32LE(0) ?? 0;
      const payload = header && (await readWhole(handle, { at: at + HEADER_BYTES, bytes }, lastByte));
      if (!payload) return;
      if (header.readUInt32LE(4) !== crc32(payload)) throw new DamagedFile(`the checksum at byte ${at} is wrong`);
      at += HEADER_BYTES + bytes;
      yield { text: (await inflate(payload)).toString(), endByte: at };
    }
  } finally {
    await handle.close();
  }
}

function blockOf(payload: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(payload.length, 0);
  header.writeUInt32LE(crc32(payload), 4);
  return Buffer.concat([header, payload]);
}

/** Undefined when not all of the bytes are before `lastByte`. */
async function readWhole(
  handle: FileHandle,
  { at, bytes }: { readonly at: number; readonly bytes: number },
  lastByte: number,
): Promise<Buffer | undefined> {
  if (at + bytes > lastByte) return undefined;
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, at);
  return bytesRead === bytes ? buffer : undefined;
}
