import { TOKEN_VARIABLE, WEBHOOK_VARIABLE } from '../api/settings.ts';
import type { IndexerOptions } from '../indexer/events/run-indexer.ts';

/** What registries and stores authenticate with; each undefined where the environment has it not. */
export function senderSecrets(env = process.env): Pick<IndexerOptions, 'token' | 'webhookSecret'> {
  return { token: env[TOKEN_VARIABLE] || undefined, webhookSecret: env[WEBHOOK_VARIABLE] || undefined };
}
