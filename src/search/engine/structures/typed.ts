/**
 * Reading typed arrays where the index is known to be in bounds. It must be: a single read beyond the end, whoever does
 * it, makes all of them several times slower, because compiled code then expects more. One function for each kind of array: a shared one
 * would see many shapes, and could not be compiled to a plain load.
 */
export function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

export function wordAt(words: Uint32Array, index: number): number {
  return words[index] ?? 0;
}

export function doubleAt(doubles: Float64Array, index: number): number {
  return doubles[index] ?? 0;
}
