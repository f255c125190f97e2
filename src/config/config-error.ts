/** A mistake in the user's configuration. The message says what to mend; no stack trace is shown. */
export class ConfigError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ConfigError';
  }
}
