import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rehearse } from '../../scripts/release/rehearsal.ts';
import { releaseVersion } from '../../scripts/release/version.ts';
import { type TempDirectory, tempDirectory } from '../env/temp-directory.ts';

let folder: TempDirectory;

beforeAll(async () => {
  folder = await tempDirectory('release');
});

afterAll(() => folder.remove());

/** The project's own Dockerfile is built for the journey; here it is a smaller one, in the same way. */
test('a release is uploaded for all platforms, signed, described, and is what a user verifies', async () => {
  await writeFile(join(folder.path, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /app/Dockerfile\n');
  const said: string[] = [];
  await rehearse({
    version: await releaseVersion(undefined),
    platforms: ['linux/amd64', 'linux/arm64'],
    source: {
      repository: 'https://git.example.com/owner/registry-index',
      commit: 'c'.repeat(40),
      committedAtS: 1_700_000_000,
      builder: 'https://git.example.com/this-machine',
    },
    context: folder.path,
    basesIn: async () => () => [],
    say: (step) => said.push(step),
  });
  expect(said.map((step) => step.replace(/ \S*@sha256:\w{64}/, ' …'))).toEqual([
    'image …',
    'signature',
    'bill of materials (CycloneDX)',
    'provenance (SLSA 1.0)',
    'chart …, signed',
    "registry-index-query.mjs for people's machines, signed, and registry-index.cdx.json",
    'what a user verifies: all signatures, bill of materials, provenance, platforms, and the chart by Helm',
  ]);
});
