/** What the exit status of `query` says; 2 is for mistakes in flags and in the query, which are a ConfigError. */
export const EXIT_CODES = { nothingFound: 1, unreachable: 3, notAllowed: 4 } as const;

/** Why there is no answer, as a sentence for people. */
export class ClientFailure extends Error {
  override readonly name = 'ClientFailure';
  readonly exitCode: number;

  constructor(kind: keyof typeof EXIT_CODES, message: string, cause?: unknown) {
    super(message, { cause });
    this.exitCode = EXIT_CODES[kind];
  }
}
