import { expect, test } from '@jest/globals';
import { parseQuery } from '../../../../src/search/query/parse.ts';
import { atOnce, createPromptEngine, namesOf, textQuery } from '../../../support/search/search-queries.ts';
import { searchRecord } from '../../../support/search/search-records.ts';

const digest = `sha256:${'a'.repeat(64)}`;

/** As records of before there was a normal form have them, and as they are written now. */
const PLATFORMS: Readonly<Record<string, string>> = {
  'amd/kernel': 'linux/x86_64',
  'amd/go': 'linux/amd64',
  'amd/v1': 'Linux/AMD64/v1',
  'amd/v3': 'linux/amd64/v3',
  'arm64/kernel': 'linux/aarch64',
  'arm64/v8': 'linux/arm64/v8',
  'arm/plain': 'linux/arm',
  'arm/debian': 'linux/armhf',
  'arm/old': 'linux/arm/v6',
  'mac/os': 'macos/arm64',
};

test.each([
  ['arch:amd64', ['amd/go', 'amd/kernel', 'amd/v1', 'amd/v3']],
  ['arch:x86_64', ['amd/go', 'amd/kernel', 'amd/v1', 'amd/v3']],
  ['arch:amd64/v3', ['amd/v3']],
  ['arch:arm64', ['arm64/kernel', 'arm64/v8', 'mac/os']],
  ['arch:aarch64 os:linux', ['arm64/kernel', 'arm64/v8']],
  ['arch:arm64/v8', ['arm64/kernel', 'arm64/v8', 'mac/os']],
  ['arch:linux/arm64/v8', ['arm64/kernel', 'arm64/v8']],
  ['arch:arm', ['arm/debian', 'arm/old', 'arm/plain']],
  ['arch:arm/v7', ['arm/debian', 'arm/plain']],
  ['arch:armhf', ['arm/debian', 'arm/plain']],
  ['arch:armel', ['arm/old']],
  ['os:macos', ['mac/os']],
  ['os:darwin', ['mac/os']],
])('%s finds platforms by all of their names', (query, names) => {
  const engine = createPromptEngine();
  for (const [name, platform] of Object.entries(PLATFORMS))
    engine.upsert(searchRecord(name, { tags: [{ name: 'latest', digest, pushedAtMs: 1, platforms: [platform] }] }));
  const page = engine.search(textQuery('', { query: parseQuery(query, 0), sort: { by: 'name', reverse: false } }));
  expect(namesOf(atOnce(page))).toEqual(names);
});
