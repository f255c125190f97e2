/**
 * Reads of typed arrays whose index is in bounds. It must be: after a single read beyond the end, from anywhere, V8
 * compiles all of these reads for that case, and they are several times slower. There is a function for each kind of
 * array, because a shared one would see several shapes and could not be compiled to a plain load.
 */
export function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

export function uint32At(uint32s: Uint32Array, index: number): number {
  return uint32s[index] ?? 0;
}

export function doubleAt(doubles: Float64Array, index: number): number {
  return doubles[index] ?? 0;
}
