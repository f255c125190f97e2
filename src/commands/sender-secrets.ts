import { TOKEN_VARIABLE, WEBHOOK_VARIABLE } from '../api/settings.ts';
import type { IndexerOptions } from '../indexer/events/run-indexer.ts';

/** What registries and stores authenticate with; undefined where the environment has neither. */
export function senderSecrets(env = process.env): Pick<IndexerOptions, 'token' | 'webhookSecret'> | undefined {
  const token = env[TOKEN_VARIABLE] || undefined;
  const webhookSecret = env[WEBHOOK_VARIABLE] || undefined;
  return token === undefined && webhookSecret === undefined ? undefined : { token, webhookSecret };
}
