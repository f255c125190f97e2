import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, deflateRaw, inflateRaw } from 'node:zlib';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** Length and CRC-32 of the payload, each four bytes, little-endian. */
const HEADER_BYTES = 8;
/** Names and digests hardly get smaller by trying harder. */
const COMPRESSION = { level: 1 };

/** A file of texts, each compressed behind its length and checksum. */
export interface BlockFile {
  append(text: string): Promise<void>;
  /** Of what was appended so far. */
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

/** A block is not what was written. */
export class DamagedFile extends Error {
  override readonly name = 'DamagedFile';
}

/** Opens a file to append to after its first `keptBytes`; the rest is cut off, and the file made where there is none. */
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
 * The blocks of a file between two places where blocks begin. One that the file ends in the middle of was cut off in
 * writing and is left out. Throws DamagedFile for one whose checksum is wrong.
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

/** Those bytes, or undefined when not all of them are before `lastByte`. */
async function readWhole(
  handle: FileHandle,
  { at, bytes }: { readonly at: number; readonly bytes: number },
  lastByte: number,
): Promise<Buffer | undefined> {
  if (at + bytes > lastByte) return undefined;
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, at);
  return bytesRead === bytes ? buffer : undefined;
}
