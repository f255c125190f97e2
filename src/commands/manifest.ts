import { Command, InvalidArgumentError } from 'commander';
import { ConfigError } from '../config/config-error.ts';
import { parseManifest } from '../config/manifest.ts';
import { lineOfNote } from '../config/registry-configuration/draft.ts';
import { manifestText } from '../config/registry-configuration/manifest-text.ts';
import { draftFrom } from '../config/registry-configuration/read.ts';
import { isObjectName } from '../kube/resource.ts';
import { validateUrls } from '../operator/validation/destinations.ts';
import { validateNames } from '../operator/validation/names.ts';
import { objectFilter } from '../storage/object-filter.ts';

interface Flags {
  readonly from: readonly string[];
  readonly flavor?: string;
  readonly service?: string;
  readonly name: string;
  readonly namespace: string;
}

/** Prints a RegistryIndex for a registry that is configured already; what it cannot take over, on standard error. */
export function manifestCommand(): Command {
  return new Command('manifest')
    .description("print a RegistryIndex made from a registry's own configuration and environment")
    .option(
      '--from <file>',
      'its config.yml, compose file, file of variables, or objects of Kubernetes; - reads standard input; may be repeated, later ones above earlier ones, REGISTRY_* of the environment above all',
      (file: string, others: readonly string[]) => [...others, file],
      [],
    )
    .option('--flavor <name>', 'the section of the configuration of docker-registry v1, such as prod')
    .option('--service <name>', 'which service of a compose file is the registry')
    .option('--name <name>', 'of the resource', objectName, 'my-registry')
    .option('--namespace <name>', 'of the resource', objectName, 'registry-index')
    .action(async ({ from, flavor, service, name, namespace }: Flags) => {
      const draft = await draftFrom({ from, flavor, service, name, env: process.env });
      const problem = validateNames(draft.spec) ?? validateUrls(draft.spec);
      if (problem) throw new ConfigError(problem.message);
      const text = manifestText(draft, { name, namespace, filter: objectFilter(draft.spec) });
      parseManifest(text);
      for (const note of draft.notes) process.stderr.write(`${lineOfNote(note)}\n`);
      process.stdout.write(text);
    });
}

function objectName(text: string): string {
  if (!isObjectName(text)) throw new InvalidArgumentError("wanted lower case letters, digits, '-' and '.'.");
  return text;
}
