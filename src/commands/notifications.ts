import { Command } from 'commander';
import { readManifest } from '../config/manifest.ts';
import { senderConfiguration } from '../config/sender-configuration.ts';
import { objectFilter } from '../storage/object-filter.ts';

/** Prints what to configure in a registry and in stores; changes nothing there. */
export function notificationsCommand(): Command {
  return new Command('notifications')
    .description('print what to configure in a registry, or in a store, so that pushes are found at once')
    .requiredOption('-f, --file <manifest>', 'a RegistryIndex as YAML; - reads standard input')
    .option('--url <url>', 'where the indexer is reached, if not at its Service, as in https://events.example.com')
    .action(async ({ file, url }: { file: string; url?: string }) => {
      const manifest = await readManifest(file);
      process.stdout.write(senderConfiguration(manifest, { filter: objectFilter(manifest.spec), url }));
    });
}
