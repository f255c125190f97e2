/** What may be typed where no name is meant. */
export interface Vocabulary {
  /** Flags with two dashes. */
  readonly flags: readonly string[];
  /** What may follow a flag, by the flag. */
  readonly values: Readonly<Record<string, readonly string[]>>;
  readonly commands: readonly string[];
  /** What may follow a command in place of names. */
  readonly operands: Readonly<Record<string, readonly string[]>>;
  /** Without the colon. */
  readonly filters: readonly string[];
}

export interface Typed {
  /** The words before the one that is being typed. */
  readonly before: readonly string[];
  /** Those of `before` that are neither flags nor their values. */
  readonly operands: readonly string[];
  /** What is typed of the last one so far. */
  readonly current: string;
}

/** What a word may become: words that are known, or else names, of which a service has to be asked. */
export type Completion =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** These too. */
  | { readonly kind: 'names'; readonly words: readonly string[] };

/** Every word begins with what was typed. */
export function completionOf({ before, operands, current }: Typed, vocabulary: Vocabulary): Completion {
  const { flags, values, commands, filters } = vocabulary;
  const begun = (words: readonly string[]) => words.filter((word) => word.startsWith(current));
  const expected = values[before.at(-1) ?? ''];
  if (expected) return { kind: 'words', words: begun(expected) };
  if (current.startsWith('--')) return { kind: 'words', words: begun(flags) };
  const [command] = operands;
  if (command !== undefined && commands.includes(command)) {
    const wanted = vocabulary.operands[command];
    return wanted ? { kind: 'words', words: begun(wanted) } : { kind: 'names', words: [] };
  }
  const minus = current.startsWith('-') ? '-' : '';
  const words = begun(filters.map((filter) => `${minus}${filter}:`));
  return { kind: 'names', words: operands.length === 0 ? [...begun(commands), ...words] : words };
}
