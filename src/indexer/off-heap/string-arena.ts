/** Keeps short texts outside of the heap, at their own bytes and two more each; none of them is ever given back. */
export interface TextArena {
  /** Where the text is from now on; addresses are greater than zero. */
  add(text: string): number;
  read(address: number): string;
}

const CHUNK_BYTES = 1 << 20;
const LENGTH_BYTES = 2;

export function createTextArena(): TextArena {
  const chunks: Buffer[] = [];
  let used = 0;

  const chunkFor = (bytes: number): Buffer => {
    const last = chunks.at(-1);
    if (last && used + bytes <= CHUNK_BYTES) return last;
    const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    chunks.push(chunk);
    used = 1;
    return chunk;
  };

  return {
    add(text) {
      const bytes = Buffer.byteLength(text);
      const chunk = chunkFor(LENGTH_BYTES + bytes);
      const at = used;
      chunk.writeUInt16LE(bytes, at);
      chunk.write(text, at + LENGTH_BYTES);
      used += LENGTH_BYTES + bytes;
      return (chunks.length - 1) * CHUNK_BYTES + at;
    },
    read(address) {
      const at = address % CHUNK_BYTES;
      const chunk = chunks[(address - at) / CHUNK_BYTES];
      if (!chunk) throw new RangeError(`there is no text at ${address}`);
      const start = at + LENGTH_BYTES;
      return chunk.toString('utf8', start, start + chunk.readUInt16LE(at));
    },
  };
}
