const KEPT_WORDS = 8_192;

/** Memory for what is needed but for a moment, the same each time unless it is much: new memory takes long. */
export function createScratch(): (words: number) => Uint32Array {
  const kept = new Uint32Array(KEPT_WORDS);
  return (words) => (words <= KEPT_WORDS ? kept : new Uint32Array(words));
}
