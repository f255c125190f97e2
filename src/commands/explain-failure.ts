import { CommanderError } from 'commander';
import { ServiceError } from '../aws/errors.ts';
import { ClientFailure } from '../client/failure.ts';
import { ConfigError } from '../config/config-error.ts';
import { ProxyInvalid } from '../network/proxy.ts';
import { loggedError } from '../telemetry/log-error.ts';

const EXIT_USAGE = 2;
const EXIT_FAILED = 1;

/**
 * Says why a command failed, and returns the exit status. A mistake of the user, and a refusal from outside, gets a
 * sentence; an error of our own is printed with its stack.
 */
export function explainFailure(error: unknown, say: (line: unknown) => void = console.error): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  if (error instanceof ConfigError || error instanceof ProxyInvalid || error instanceof ClientFailure) {
    say(`error: ${error.message}`);
    return error instanceof ClientFailure ? error.exitCode : EXIT_USAGE;
  }
  say(isRefusal(error) ? `error: ${error.message}` : loggedError(error));
  return EXIT_FAILED;
}

/** Whether a service or the system refuses: the message says all, and our stack trace would add nothing. */
function isRefusal(error: unknown): error is Error {
  return error instanceof ServiceError || (error instanceof Error && 'syscall' in error);
}
