import { join } from 'node:path';
import { cached } from './cache.ts';
import { runCommand } from './command.ts';
import { requireParts } from './debian.ts';
import { freePort } from './free-port.ts';
import { answersHttp } from './http-probe.ts';
import { startProcess } from './process.ts';
import { tempDirectory } from './temp-directory.ts';

export interface DynamoDbLocal {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  stop(): Promise<void>;
}

export interface DynamoDbLocalOptions {
  /** The address in `endpoint`: pods need one of the host's; the server listens on all of them in any case. */
  readonly host?: string;
}

/**
 * It lives for seconds to minutes beside everything else on few cores: what a JVM optimises for hours costs more than
 * it gains.
 */
const SHORT_LIVED = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const POM = join(import.meta.dirname, 'maven', 'pom.xml');

/** Starts Amazon's DynamoDB Local with nothing in it; it forgets everything when stopped. */
export async function startDynamoDbLocal({ host = '127.0.0.1' }: DynamoDbLocalOptions = {}): Promise<DynamoDbLocal> {
  const libraries = await dynamoDbLibraries();
  const directory = await tempDirectory('dynamodb');
  const port = await freePort();
  const endpoint = `http://${host}:${port}`;
  const java = [
    `-Djava.library.path=${libraries}`,
    '-cp',
    join(libraries, '*'),
    'com.amazonaws.services.dynamodbv2.local.main.ServerRunner',
  ];
  const server = await startProcess({
    name: 'dynamodb',
    command: 'java',
    args: [...SHORT_LIVED, ...java, '-inMemory', '-disableTelemetry', '-port', String(port)],
    directory: directory.path,
    ready: () => answersHttp(endpoint),
  });
  return {
    endpoint,
    accessKeyId: 'test',
    secretAccessKey: 'test-secret',
    region: 'eu-west-1',
    async stop() {
      await server.stop();
      await directory.remove();
    },
  };
}

/** The directory of its jars and native libraries. */
export async function dynamoDbLibraries(): Promise<string> {
  await requireParts('java');
  return cached({
    name: 'dynamodb-local',
    files: [POM],
    notice: 'fetching DynamoDB Local … (about a minute the first time)',
    async build(target) {
      const args = ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${target}`];
      await runCommand('mvn', args, { timeoutMs: 600_000 });
    },
  });
}
