import { SingleBar } from 'cli-progress';
import { Command, CommanderError, Option } from 'commander';
import type { Source } from '../api/settings.ts';
import { mistakeInEndpoint } from '../api/source-mistakes.ts';
import { type AwsCredentials, credentialsFrom } from '../aws/credentials.ts';
import { ServiceError } from '../aws/errors.ts';
import { createRequestLimit } from '../aws/request-limit.ts';
import { ConfigError } from '../config/config-error.ts';
import { settingsFromOperator } from '../config/settings-variable.ts';
import { type Index, openIndex } from '../dynamodb/open.ts';
import { hindranceOf } from '../indexer/resync/worker.ts';
import { findLogin } from '../registry-login/find-login.ts';
import { openLayout, openStorage } from '../storage/open.ts';
import { loggedError } from '../telemetry/log-error.ts';
import { createDistributionClient, RegistryError } from '../verify/distribution-client.ts';
import { type Inventory, inventoryOfBucket, inventoryOfIndex } from '../verify/inventory.ts';
import { inventoryOfRegistry } from '../verify/registry-inventory.ts';
import { asJson, asText } from '../verify/report.ts';
import { verify } from '../verify/verify.ts';
import { openTables, type TableFlags } from './open-tables.ts';
import { authFileOption, dataOption, dynamodbOption, fileOption, wholeNumber } from './options.ts';
import { stopSignal } from './stop-signal.ts';

interface VerifyFlags extends TableFlags {
  readonly registry?: string;
  readonly authFile?: string;
  readonly against?: 'registry' | 'bucket';
  readonly output: 'text' | 'json';
  readonly concurrency: number;
  readonly settleSeconds: number;
}

const EXIT_DIFFERS = 1;
const EXIT_NOT_COMPARED = 2;

export function verifyCommand(): Command {
  return new Command('verify')
    .description('compare the index with the registry, or with its bucket, once; changes nothing')
    .addOption(fileOption())
    .option('--directory <path>', "a folder that a registry's filesystem driver writes, instead of a bucket")
    .addOption(dynamodbOption())
    .addOption(dataOption())
    .option('--registry <url>', 'the API of the registry; by default spec.registry.url')
    .addOption(authFileOption())
    .addOption(
      new Option('--against <place>', 'what to compare with: the registry where its URL is known').choices([
        'registry',
        'bucket',
      ]),
    )
    .addOption(new Option('-o, --output <form>', 'how to print').choices(['text', 'json']).default('text'))
    .option('--concurrency <requests>', 'requests at once, at most', wholeNumber(1, 256), 16)
    .option('--settle-seconds <seconds>', 'after which what differs is looked at once more', wholeNumber(0, 600), 5)
    .addHelpText(
      'after',
      '\nExits with 0 where both are equal, 1 where something differs, 2 where they could not be compared.',
    )
    .action(runVerify);
}

async function runVerify(flags: VerifyFlags): Promise<void> {
  const stop = stopSignal();
  try {
    process.exitCode = (await compare(flags, stop)) ? 0 : EXIT_DIFFERS;
  } catch (error) {
    if (error instanceof ConfigError || error instanceof CommanderError) throw error;
    if (stop.aborted) throw new ConfigError('stopped before all was compared', error);
    if (error instanceof ServiceError || error instanceof RegistryError)
      throw new ConfigError(`could not compare: ${error.message}`, error);
    console.error(loggedError(error));
    process.exitCode = EXIT_NOT_COMPARED;
  }
}

/** Prints what differs; says whether nothing does. */
async function compare(flags: VerifyFlags, signal: AbortSignal): Promise<boolean> {
  const places = await openPlaces(flags);
  const { index, source } = places;
  try {
    const state = await index.ownership.read(signal);
    const hindrance = hindranceOf(state, source);
    if (hindrance !== undefined || state.kind !== 'ours') throw new ConfigError(hindrance ?? 'the tables are not ours');
    const { epoch, feedShards } = state.ownership;
    const { concurrency, settleSeconds, output } = flags;
    const truth = await openTruth(flags, places);
    const bar = createBar();
    const verdict = await verify(
      {
        index: inventoryOfIndex({ records: index.records(feedShards), epoch }),
        truth: truth.inventory,
        ...{ concurrency, settleMs: settleSeconds * 1_000, onProgress: bar.show },
      },
      signal,
    ).finally(() => Promise.all([bar.end(), truth.close()]));
    const report = { ...verdict, comparedWith: truth.name };
    process.stdout.write(output === 'json' ? asJson(report) : asText(report));
    return verdict.differences.length === 0;
  } finally {
    await places.close();
  }
}

interface Places {
  readonly index: Index;
  readonly source: Source;
  readonly credentials: AwsCredentials | undefined;
  readonly registryUrl: string | undefined;
  close(): Promise<void>;
}

/** Opens what the operator's settings name in one of its pods, else what manifest and environment name. */
async function openPlaces(flags: VerifyFlags): Promise<Places> {
  const fromOperator = flags.file === undefined ? settingsFromOperator(process.env) : undefined;
  if (fromOperator) {
    const { index: location, source } = fromOperator;
    if (!source) throw new ConfigError('this pod has no access to the bucket: run it in a pod of the indexer');
    const { dynamodb, s3: credentials } = credentialsFrom(process.env);
    const index = openIndex({ location, credentials: dynamodb });
    return { index, source, credentials, registryUrl: undefined, close: async () => index.close() };
  }
  const { config, credentials, openIndex: open, close } = await openTables({ ...flags, mustExist: true }, SILENT);
  const index = open();
  return {
    ...{ index, source: config.settings.source, credentials, registryUrl: config.spec.registry?.url },
    async close() {
      index.close();
      await close();
    },
  };
}

const SILENT = { print: () => undefined };

interface Truth {
  readonly name: string;
  readonly inventory: Inventory;
  close(): Promise<void>;
}

async function openTruth(flags: VerifyFlags, { source, credentials, registryUrl }: Places): Promise<Truth> {
  const { against, registry = registryUrl, concurrency, authFile } = flags;
  if (against === 'bucket' || (against === undefined && registry === undefined)) {
    const storage = openStorage(source, credentials, createRequestLimit(concurrency).run);
    const layout = openLayout({ storage, source, now: Date.now });
    const name = source.kind === 's3' ? `bucket ${source.bucket}` : source.path;
    return { name, inventory: inventoryOfBucket({ layout, source }), close: async () => undefined };
  }
  if (registry === undefined)
    throw new ConfigError('no registry: set --registry, or spec.registry.url in the manifest');
  const mistake = mistakeInEndpoint('--registry', registry);
  if (mistake !== undefined) throw new ConfigError(mistake);
  const url = new URL(registry);
  const login = await findLogin({ url }, { authFile, env: process.env });
  const client = createDistributionClient({ url, concurrency, credentials: login?.proof });
  const inventory = inventoryOfRegistry({ client, url, concurrency });
  return { name: `the registry at ${url.host}`, inventory, close: () => client.close() };
}

/** On a terminal only. */
function createBar() {
  if (!process.stderr.isTTY) return { show: () => undefined, end: () => undefined };
  const format = 'compared {bar} {value} of {total} repositories';
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true, hideCursor: true });
  return {
    show(compared: number, total: number) {
      if (!bar.isActive) bar.start(total, compared);
      bar.setTotal(total);
      bar.update(compared);
    },
    end: () => bar.stop(),
  };
}
