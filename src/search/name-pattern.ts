/** A pattern of names: `*` stands for any characters but `/`, `**` for any at all; everything else for itself. */
export interface NamePattern {
  /** Every name that fits begins with this. */
  readonly prefix: string;
  /** Whether the whole name fits. */
  readonly matches: (name: string) => boolean;
}

/** Reads a pattern. A test takes at most as many steps as the number of characters of the name, times the pattern's. */
export function namePatternOf(pattern: string): NamePattern {
  const [prefix = ''] = pattern.split('*', 1);
  if (pattern === prefix) return { prefix, matches: (name) => name === pattern };
  if (pattern === `${prefix}**`) return { prefix, matches: (name) => name.startsWith(prefix) };
  if (pattern === `${prefix}*`)
    return { prefix, matches: (name) => name.startsWith(prefix) && !name.includes('/', prefix.length) };
  const parts = pattern.split(/(\*{2,}|\*)/);
  return { prefix, matches: (name) => fits(parts, name) };
}

/**
 * Literals stand at even places of `parts`, stars between them. Keeps all places of the name up to which the parts so
 * far fit: a set has at most as many as the name has characters.
 */
function fits(parts: readonly string[], name: string): boolean {
  let ends = [0];
  for (const [at, part] of parts.entries()) {
    ends = at % 2 === 0 ? afterLiteral(part, name, ends) : afterStar(part, name, ends);
    if (ends.length === 0) return false;
  }
  return ends.at(-1) === name.length;
}

function afterLiteral(literal: string, name: string, ends: readonly number[]): number[] {
  return ends.filter((end) => name.startsWith(literal, end)).map((end) => end + literal.length);
}

/** Each place that a star may reach from one of `ends`. Both are in ascending order. */
function afterStar(star: string, name: string, ends: readonly number[]): number[] {
  const reached: number[] = [];
  for (const end of ends) {
    const from = Math.max(end, (reached.at(-1) ?? -1) + 1);
    for (let place = from; place <= name.length; place += 1) {
      if (star === '*' && place > end && name[place - 1] === '/') break;
      reached.push(place);
    }
  }
  return reached;
}
