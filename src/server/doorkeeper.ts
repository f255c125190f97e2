/** Notes that a URL is asked for, and says whether it was before. */
export type Doorkeeper = (url: string) => boolean;

const PLACE_BITS = 14;

/**
 * A number for each of the latest thousands of URLs, in memory that nothing has to tidy up. A URL is forgotten when
 * another comes to its place; and may, once in billions, be taken for the one before it.
 */
export function createDoorkeeper(): Doorkeeper {
  const hashes = new Int32Array(1 << PLACE_BITS);
  return (url) => {
    const hash = hashOf(url);
    const place = hash >>> (32 - PLACE_BITS);
    const isKnown = hashes[place] === hash;
    hashes[place] = hash;
    return isKnown;
  };
}

/** FNV-1a, over 16-bit units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}
