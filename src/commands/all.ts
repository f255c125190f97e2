import type { Command } from 'commander';

/** Each with what it alone needs, which is loaded for no other. In the order of the help. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./run.ts')).runCommand(),
  query: async () => (await import('./query/query.ts')).queryCommand(),
  operator: async () => (await import('./operator.ts')).operatorCommand(),
  backfill: async () => (await import('./backfill.ts')).backfillCommand(),
  indexer: async () => (await import('./indexer.ts')).indexerCommand(),
  search: async () => (await import('./search.ts')).searchCommand(),
  manifest: async () => (await import('./manifest.ts')).manifestCommand(),
  notifications: async () => (await import('./notifications.ts')).notificationsCommand(),
  iam: async () => (await import('./iam.ts')).iamCommand(),
  verify: async () => (await import('./verify.ts')).verifyCommand(),
  'check-release': async () => (await import('./check-release.ts')).checkReleaseCommand(),
};
