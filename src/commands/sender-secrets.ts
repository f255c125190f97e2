import { TOKEN_VARIABLE, WEBHOOK_VARIABLE } from '../api/settings.ts';
import { ConfigError } from '../config/config-error.ts';
import type { IndexerOptions } from '../indexer/events/run-indexer.ts';

/** What registries and stores authenticate with; each undefined where the environment does not have it. */
export function senderSecrets(env = process.env): Pick<IndexerOptions, 'token' | 'webhookSecret'> {
  return { token: secretIn(env, TOKEN_VARIABLE), webhookSecret: secretIn(env, WEBHOOK_VARIABLE) };
}

/**
 * Without the line break that a Secret made of a file ends in: no header and no address holds one. Throws a ConfigError
 * for blanks alone, which are a mistake of whatever filled the variable.
 */
function secretIn(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = (env[name] || undefined)?.trim();
  if (value === '') throw new ConfigError(`${name} holds nothing but blanks; give it a value, or leave it out`);
  return value;
}
