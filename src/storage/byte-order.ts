/** Compares as S3 orders keys: by the bytes of their UTF-8 form, which is not JavaScript's own order of strings. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The later of two keys in byte order. */
export function laterKey(a: string, b: string): string {
  return compareBytes(a, b) < 0 ? b : a;
}
