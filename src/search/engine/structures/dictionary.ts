import type { Serializable } from '../../archive.ts';
import { hashOf, isSame, type Slice } from './bytes.ts';
import { createByteRows } from './packed-rows.ts';
import { uint32At } from './typed.ts';

/** Byte strings and their ids: small numbers, which are used again after their string was dropped. */
export interface Dictionary extends Serializable {
  /** The id of the string, or -1. */
  find(key: Slice): number;
  /** The id of the string, a new one when it is not there yet. */
  intern(key: Slice): number;
  /** Forgets the string of an id. */
  drop(id: number): void;
  /** The string of an id; valid until the next write. */
  at(id: number): Slice;
  /** How many bytes that is. */
  lengthOf(id: number): number;
  /** The string of an id as text. */
  textAt(id: number): string;
  /** Every id is below this. */
  end(): number;
}

export function createDictionary(): Dictionary {
  const strings = createByteRows();
  let free: number[] = [];
  let end = 0;

  const at = (id: number): Slice => {
    const { memory, start, end } = strings.at(id);
    return { bytes: memory, start, end };
  };
  const table = createHashIndex<Slice>({
    isKeyOf: (id, key) => strings.length(id) === key.end - key.start && isSame(at(id), key),
    hashOf: (id) => hashOf(at(id)),
  });

  const newId = () => {
    const id = free.pop();
    if (id !== undefined) return id;
    end += 1;
    return end - 1;
  };

  return {
    find: (key) => table.find(hashOf(key), key),
    intern(key) {
      const hash = hashOf(key);
      const known = table.find(hash, key);
      if (known >= 0) return known;
      const id = newId();
      strings.write(id, { memory: key.bytes, start: key.start, end: key.end });
      table.add(hash, id);
      return id;
    },
    drop(id) {
      table.remove(hashOf(at(id)), id);
      strings.clear(id);
      free.push(id);
    },
    at,
    lengthOf: strings.length,
    textAt(id) {
      const { memory, start, end } = strings.at(id);
      return memory.toString('utf8', start, end);
    },
    end: () => end,
    *serialize(archive) {
      end = archive.number(end);
      free = [...archive.uint32s(Uint32Array.from(free))];
      yield* strings.serialize(archive);
      yield* table.serialize(archive);
    },
  };
}

/** Ids by the hash of their keys. */
export interface HashIndex<Key> extends Serializable {
  /** The id of that key, or -1. */
  find(hash: number, key: Key): number;
  /** All ids of that key, where `add` was given several. */
  findAll(hash: number, key: Key): number[];
  /** The id must not be in it. */
  add(hash: number, id: number): void;
  /** The id must be in it. */
  remove(hash: number, id: number): void;
}

export interface HashIndexOptions<Key> {
  readonly isKeyOf: (id: number, key: Key) => boolean;
  readonly hashOf: (id: number) => number;
}

interface Part {
  /** An id plus one in each place that is taken, else 0. */
  places: Uint32Array;
  taken: number;
}

/** So many that to enlarge one, which moves all its entries, takes microseconds. */
const PART_BITS = 9;
const PARTS = 1 << PART_BITS;
const LEAST_PLACES = 8;
/** So that between 60 and 75 % of the places are taken. */
const GROWTH = 1.25;
const NOWHERE = new Uint32Array(0);

/** Open addressing with linear probing, in many small parts that grow one at a time. */
export function createHashIndex<Key>(options: HashIndexOptions<Key>): HashIndex<Key> {
  const parts = new Array<Part | undefined>(PARTS).fill(undefined);

  const newPart = (number: number): Part => {
    const part = { places: new Uint32Array(LEAST_PLACES), taken: 0 };
    parts[number] = part;
    return part;
  };

  const partOf = (hash: number): Part => parts[hash & (PARTS - 1)] ?? newPart(hash & (PARTS - 1));

  return {
    find(hash, key) {
      const { places } = partOf(hash);
      for (let at = homeOf(hash, places); ; at = after(at, places)) {
        const id = uint32At(places, at) - 1;
        if (id < 0 || options.isKeyOf(id, key)) return id;
      }
    },
    findAll(hash, key) {
      const { places } = partOf(hash);
      const found: number[] = [];
      for (let at = homeOf(hash, places); uint32At(places, at) !== 0; at = after(at, places)) {
        if (options.isKeyOf(uint32At(places, at) - 1, key)) found.push(uint32At(places, at) - 1);
      }
      return found;
    },
    add(hash, id) {
      const part = partOf(hash);
      if ((part.taken + 1) * 4 > part.places.length * 3) enlarge(part, options.hashOf);
      put(part.places, hash, id);
      part.taken += 1;
    },
    remove(hash, id) {
      const part = partOf(hash);
      let at = homeOf(hash, part.places);
      while (uint32At(part.places, at) !== id + 1) at = after(at, part.places);
      vacate(part.places, at, options.hashOf);
      part.taken -= 1;
    },
    *serialize(archive) {
      for (let number = 0; number < PARTS; number += 1) {
        const { places = NOWHERE, taken = 0 } = parts[number] ?? {};
        const part = { places: archive.uint32s(places), taken: archive.number(taken) };
        if (part.places.length > 0) parts[number] = part;
        yield;
      }
    },
  };
}

function homeOf(hash: number, places: Uint32Array): number {
  return (hash >>> PART_BITS) % places.length;
}

function after(at: number, { length }: Uint32Array): number {
  return at + 1 === length ? 0 : at + 1;
}

function put(places: Uint32Array, hash: number, id: number): void {
  let at = homeOf(hash, places);
  while (uint32At(places, at) !== 0) at = after(at, places);
  places[at] = id + 1;
}

function enlarge(part: Part, hashOf: (id: number) => number): void {
  const old = part.places;
  part.places = new Uint32Array(Math.ceil(old.length * GROWTH));
  for (const entry of old) if (entry !== 0) put(part.places, hashOf(entry - 1), entry - 1);
}

/** Empties a place, and moves up what would not be found behind the gap. */
function vacate(places: Uint32Array, place: number, hashOf: (id: number) => number): void {
  const distance = (from: number, to: number) => (to < from ? to - from + places.length : to - from);
  let gap = place;
  for (let at = after(gap, places); uint32At(places, at) !== 0; at = after(at, places)) {
    const home = homeOf(hashOf(uint32At(places, at) - 1), places);
    const mayMove = distance(home, at) >= distance(gap, at);
    if (!mayMove) continue;
    places[gap] = uint32At(places, at);
    gap = at;
  }
  places[gap] = 0;
}
