/** A pattern of names, as the visibility has it. */
export interface Glob {
  /** Whatever fits begins with this. */
  readonly prefix: string;
  readonly fits: (name: string) => boolean;
}

/** Reads a pattern: `*` stands for any characters but `/`, `**` for any at all; everything else stands for itself. */
export function globOf(pattern: string): Glob {
  const [prefix = ''] = pattern.split('*', 1);
  if (pattern === `${prefix}**`) return { prefix, fits: (name) => name.startsWith(prefix) };
  const parts = pattern.split(/(\*\*|\*)/).map((part) => STARS.get(part) ?? escapeText(part));
  const expression = new RegExp(`^${parts.join('')}$`, 's');
  return { prefix, fits: (name) => expression.test(name) };
}

const STARS: ReadonlyMap<string, string> = new Map([
  ['*', '[^/]*'],
  ['**', '.*'],
]);

function escapeText(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
