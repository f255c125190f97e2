import { Argument, Command, InvalidArgumentError } from 'commander';
import { ConfigError } from '../config/config-error.ts';
import { loadConfig } from '../config/load.ts';
import { type PolicyNames, policyNamesOf } from '../iam/names.ts';
import { PROCESSES, type Process } from '../iam/permissions.ts';
import { policyOf } from '../iam/policy.ts';

interface Flags {
  readonly file: string;
  readonly account: string;
  readonly bucketKey?: string;
}

/** Prints the policies that the processes of a RegistryIndex need on AWS. */
export function iamCommand(): Command {
  return new Command('iam')
    .description('print the IAM policies that the operator and the pods of a RegistryIndex need')
    .addArgument(new Argument('[process]', 'one policy alone; all of them by name when left out').choices(PROCESSES))
    .requiredOption('-f, --file <manifest>', 'a RegistryIndex as YAML; - reads standard input')
    .option('--account <id>', 'account of the tables, twelve digits', accountId, '*')
    .option('--bucket-key <arn>', 'the KMS key that encrypts the objects of the bucket (SSE-KMS)')
    .action(async (process: Process | undefined, flags: Flags) => print(process, flags));
}

async function print(only: Process | undefined, { file, account, bucketKey }: Flags): Promise<void> {
  const { name, namespace, spec } = await loadConfig({ file, directory: undefined, env: {} });
  if (spec.dynamodb?.endpoint)
    throw new ConfigError(`the tables are at ${spec.dynamodb.endpoint}, where IAM of AWS has no say`);
  const names = policyNamesOf({ name, namespace, spec }, { account, bucketKey });
  if (only === 'assume-role' && names.roles.length === 0)
    throw new ConfigError('no role is assumed: credentials.roleArn is not set');
  const printed = only
    ? policyOf(only, names)
    : Object.fromEntries(neededAt(names).map((each) => [each, policyOf(each, names)]));
  process.stdout.write(`${JSON.stringify(printed, null, 2)}\n`);
}

/** IAM takes no policy without a statement. */
function neededAt({ roles }: PolicyNames): Process[] {
  return PROCESSES.filter((each) => each !== 'assume-role' || roles.length > 0);
}

function accountId(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('wanted twelve digits.');
  return text;
}
