/** Hashes of passwords by name. */
export type Htpasswd = ReadonlyMap<string, string>;

/** What bcrypt may write; registries know no other hashes either. */
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
/** A check takes twice as long with each; one of 16 takes ten seconds. */
const HIGHEST_COST = 15;

/**
 * Reads a file of `name:hash` lines as registries do: of several lines with one name the last counts, `#` begins a comment,
 * and what is no bcrypt hash never fits.
 */
export function parseHtpasswd(text: string): Htpasswd {
  const hashes = new Map<string, string>();
  for (const line of text.split('\n').map((one) => one.trim())) {
    const colon = line.indexOf(':');
    if (line.startsWith('#') || colon < 1) continue;
    hashes.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return new Map([...hashes].filter(([, hash]) => isUsable(hash)));
}

function isUsable(hash: string): boolean {
  const [, cost] = BCRYPT.exec(hash) ?? [];
  return cost !== undefined && Number(cost) <= HIGHEST_COST;
}
