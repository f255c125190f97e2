import { crc32 } from 'node:zlib';

/** Neither key nor text may have a line break. */
export interface OffHeapEntry {
  readonly key: string;
  readonly text: string;
  /** 0 to 255. */
  readonly state: number;
}

/**
 * A map for millions of short keys and texts outside of the heap, so that the garbage collector has nothing to visit.
 */
export interface OffHeapMap {
  get(key: string): OffHeapEntry | undefined;
  /** A text that replaces another one takes more room; an equal one does not. */
  set(entry: OffHeapEntry): void;
  /** In no order. */
  entries(): Generator<OffHeapEntry>;
}

const FIRST_CAPACITY = 1_024;
const SEPARATOR = '\n';

/** Open addressing with linear probing; at most half of the slots are taken. */
export function createOffHeapMap(): OffHeapMap {
  const texts = createStringArena();
  let slots = createSlots(FIRST_CAPACITY);
  let size = 0;

  const entryAt = ({ addresses, states }: Slots, slot: number): OffHeapEntry | undefined => {
    const address = addresses[slot];
    if (!address) return undefined;
    const [key = '', text = ''] = texts.read(address).split(SEPARATOR);
    return { key, text, state: states[slot] ?? 0 };
  };

  /** The slot of a key, or the free one where it is to be put. */
  const slotOf = (within: Slots, wanted: string): number => {
    const { length } = within.addresses;
    let slot = crc32(wanted) % length;
    for (let entry = entryAt(within, slot); entry && entry.key !== wanted; entry = entryAt(within, slot))
      slot = (slot + 1) % length;
    return slot;
  };

  const grow = () => {
    const larger = createSlots(slots.addresses.length * 2);
    for (const [at, address] of slots.addresses.entries()) {
      const entry = entryAt(slots, at);
      if (entry) put(larger, slotOf(larger, entry.key), { address, state: entry.state });
    }
    slots = larger;
  };

  return {
    get: (key) => entryAt(slots, slotOf(slots, key)),
    set({ key, text, state }) {
      if (size * 2 >= slots.addresses.length) grow();
      const slot = slotOf(slots, key);
      const before = entryAt(slots, slot);
      if (!before) size += 1;
      const known = before?.text === text ? slots.addresses[slot] : undefined;
      put(slots, slot, { address: known ?? texts.add(key + SEPARATOR + text), state });
    },
    *entries() {
      for (let slot = 0; slot < slots.addresses.length; slot += 1) {
        const entry = entryAt(slots, slot);
        if (entry) yield entry;
      }
    },
  };
}

interface Slots {
  /** Zero where the slot is free. */
  readonly addresses: Uint32Array;
  readonly states: Uint8Array;
}

function createSlots(capacity: number): Slots {
  return { addresses: new Uint32Array(capacity), states: new Uint8Array(capacity) };
}

function put({ addresses, states }: Slots, slot: number, entry: { address: number; state: number }): void {
  addresses[slot] = entry.address;
  states[slot] = entry.state;
}

/** Keeps short strings outside of the heap, at their bytes and two more each. Nothing is ever freed. */
export interface StringArena {
  /** Returns the address of the string, which is greater than zero. */
  add(text: string): number;
  read(address: number): string;
}

const CHUNK_BYTES = 1 << 20;
const LENGTH_BYTES = 2;

function createStringArena(): StringArena {
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
