/** A mistake in what the user gave; its message says what to mend, and no stack trace is shown. */
export class ConfigError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ConfigError';
  }
}
