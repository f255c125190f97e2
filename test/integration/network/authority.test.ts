import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type Authority, createAuthority } from '../../env/certificates.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { eventually } from '../../support/eventually.ts';
import { type EnclosedStage, startEnclosedStage } from '../../support/network/enclosed-stage.ts';
import { startTlsFront, type TlsFront } from '../../support/network/tls-front.ts';
import type { RunProcess } from '../../support/standalone/run-process.ts';
import { runVerify } from '../../support/verify/run-verify.ts';

let stage: EnclosedStage;
let authority: Authority;
let folder: Awaited<ReturnType<typeof tempDirectory>>;
let fronts: Readonly<Record<'dynamodb' | 's3' | 'registry', TlsFront>>;
let run: RunProcess | undefined;

beforeAll(async () => {
  folder = await tempDirectory('authority');
  authority = await createAuthority(folder.path);
  stage = await startEnclosedStage({ reachable: false });
  const host = stage.network.outsideAddress;
  const certificate = await authority.issue({ name: 'services', alternativeNames: [`IP:${host}`] });
  fronts = {
    dynamodb: await startTlsFront(stage.dynamodb.endpoint, host, certificate),
    s3: await startTlsFront(stage.s3.endpoint, host, certificate),
    registry: await startTlsFront(stage.registry.url, host, certificate),
  };
});

afterEach(async () => {
  await run?.interrupt();
  run = undefined;
});

afterAll(async () => {
  for (const front of Object.values(fronts ?? {})) await front.stop();
  await stage?.stop();
  await folder?.remove();
});

function environment(): NodeJS.ProcessEnv {
  const endpoints = { dynamodb: fronts.dynamodb.endpoint, s3: fronts.s3.endpoint };
  return { ...stage.environment(endpoints), HTTPS_PROXY: stage.proxy.url };
}

test('where nobody trusted has signed the certificate, the error says what to set', async () => {
  await expect(stage.run([], environment())).rejects.toThrow(
    /is signed by nobody who is trusted here; name who signs it in caBundle/,
  );
});

test.each([
  ['that are named in addition', () => ({ NODE_EXTRA_CA_CERTS: authority.certFile })],
  ['of the system', () => ({ NODE_USE_SYSTEM_CA: '1', SSL_CERT_FILE: authority.certFile })],
])('tables, bucket and records are reached by TLS through the proxy with authorities %s', async (_, trust) => {
  const started = await stage.run([], { ...environment(), ...trust() });
  run = started;
  await eventually(async () => expect(await stage.search(started, 'shop')).toContain('team/shop'));
  await eventually(async () => expect(started.output()).toMatch(/backfill complete|nothing to backfill/));
  for (const { endpoint } of [fronts.dynamodb, fronts.s3])
    expect(await stage.askedFor(`CONNECT ${new URL(endpoint).host}`)).not.toEqual([]);
});

test('verify and a login ask the registry by TLS through the proxy', async () => {
  const env = { ...environment(), NODE_EXTRA_CA_CERTS: authority.certFile };
  const url = fronts.registry.endpoint;
  const { output, errors } = await runVerify(['--registry', url], env, stage.network.launcher);
  expect(errors).toBe('');
  expect(output).toContain('the index is equal');
  expect(await stage.askedFor(`CONNECT ${new URL(url).host}`)).not.toEqual([]);
});
