import { type Command, InvalidArgumentError, Option } from 'commander';
import { mistakeInOrigins } from '../api/origin-mistakes.ts';
import { mistakeInEndpoint } from '../api/source-mistakes.ts';
import type { NudgeTarget } from '../indexer/nudge/find-pods.ts';

/** A parser of whole numbers from `least` to `most`. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(
        `wanted a whole number from ${least}${most < Number.MAX_SAFE_INTEGER ? ` to ${most}` : ''}.`,
      );
    return value;
  };
}

const HIGHEST_PORT = 65_535;

export function portOption(flags: string, description: string, fallback?: number): Option {
  const option = new Option(flags, description).argParser(wholeNumber(0, HIGHEST_PORT));
  return fallback === undefined ? option : option.default(fallback);
}

/** May be given more than once: `host:port` of search pods, where a host stands for all its addresses. */
export function nudgeOption(): Option {
  const description = 'say to the search pods at this address what was written; may be repeated';
  return new Option('--nudge <host:port>', description)
    .argParser((text: string, others: readonly NudgeTarget[] = []) => [...others, nudgeTarget(text)])
    .default([]);
}

function nudgeTarget(text: string): NudgeTarget {
  const { hostname = '', port = '' } = URL.parse(`nudge://${text}`) ?? {};
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === '' || port === '' || text !== `${hostname}:${port}`)
    throw new InvalidArgumentError('wanted a host and a port, such as demo-search-pods.team.svc:9091.');
  return { host, port: Number(port) };
}

export function fileOption(): Option {
  return new Option(
    '-f, --file <manifest>',
    'a RegistryIndex as YAML; - reads standard input; the environment fills what it leaves out',
  );
}

/** `--authfile` is podman's word. */
export function authFileOption(): Option {
  const description = 'logins as docker and podman write them; else the places where those have them';
  return new Option('--authfile, --auth-file <path>', description);
}

export function dynamodbOption(): Option {
  const description = 'auto: embedded for the sample, and when neither an endpoint nor AWS is configured';
  return new Option('--dynamodb <which>', description).choices(['auto', 'aws', 'embedded']).default('auto');
}

export function dataOption(): Option {
  return new Option('--data <path>', 'folder of the embedded DynamoDB and of the sample').default('.registry-index');
}

export function confirmDeletionOption(): Option {
  const description = 'also remove the many repositories that an earlier resync found gone and kept';
  return new Option('--confirm-deletion <confirmation>', description);
}

export function logLevelOption(fallback: string): Option {
  return new Option('--log-level <level>', 'lowest level of the log')
    .choices(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default(fallback);
}

/** May be given more than once; undefined where it is not, and the manifest decides. */
export function corsOption(): Option {
  const description = 'let pages of this origin read answers in a browser (* for all); may be repeated';
  return new Option('--cors-origin <origin>', description).argParser(
    (origin: string, others: readonly string[] = []): readonly string[] => {
      const origins = [...others, origin];
      const mistake = mistakeInOrigins(origins);
      if (mistake !== undefined) throw new InvalidArgumentError(mistake.replace('search.cors.origins', 'it'));
      return origins;
    },
  );
}

/** Undefined where it is left out, and the manifest decides. */
export function registryUrlOption(): Option {
  const flag = '--registry-url';
  return new Option(`${flag} <url>`, 'what people pull from, such as https://registry.example.com').argParser((url) => {
    const mistake = mistakeInEndpoint('it', url);
    if (mistake !== undefined) throw new InvalidArgumentError(`${mistake}.`);
    return url;
  });
}

/** Who may search; see `AccessFlags`. */
export function addAccessOptions(command: Command): Command {
  return command
    .option('--access-registry <url>', 'let those search who can log in at this registry; the manifest may have rules')
    .option('--htpasswd-file <path>', "let those search who are in this file, a registry's htpasswd")
    .option('--access-ca-file <path>', 'certificates in PEM that are trusted when the registry is asked')
    .option('--proxy-secret-file <path>', 'what a proxy proves itself with, for mode ForwardedUser');
}
