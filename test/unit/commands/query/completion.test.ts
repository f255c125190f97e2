import { afterEach, describe, expect, test } from '@jest/globals';
import { type FakeService, startFakeService } from '../../../support/client/fake-service.ts';
import { runQuery } from '../../../support/client/query-bench.ts';

let service: FakeService | undefined;
afterEach(() => service?.stop());

/** What a word may become, where the service suggests these names. */
async function completed(words: (host: string) => readonly string[], suggestions: readonly unknown[] = []) {
  service = await startFakeService(() => ({ json: { suggestions } }));
  const { out } = await runQuery(['__complete', '--', ...words(service.host)], {
    env: { REGISTRY_INDEX_URL: service.url },
  });
  return out.replaceAll(service.host, 'HOST').split('\n').slice(0, -1);
}

describe('what is typed is completed', () => {
  test.each<[string, (host: string) => readonly string[], readonly string[]]>([
    ['by names', () => ['team/a'], ['team/api', 'team/app']],
    ['by names after the host', (host) => [`${host}/team/ap`], ['HOST/team/api', 'HOST/team/app']],
    ['by names after a command', () => ['tags', 'team/api'], ['team/api']],
    ['by filters', () => ['pay', '-ar'], ['-arch:']],
    ['by values of a flag', () => ['-o', 'w'], ['wide']],
    ['by nothing where a digest is wanted', () => ['digest', ''], []],
  ])('%s', async (_, words, expected) => {
    expect(await completed(words, ['team/api', 'team/app'])).toEqual(expected);
  });

  test('by nothing that a shell would read as a command', async () => {
    const names = [
      'a$(reboot)',
      'a;reboot',
      'a`reboot`',
      'a b',
      'a&',
      'a>b',
      "a'",
      'a\\',
      'a*',
      'a\nb',
      7,
      'a.b_c-d/e',
    ];
    expect(await completed(() => ['a'], names)).toEqual(['arch:', 'attested:', 'a.b_c-d/e']);
  });
});
