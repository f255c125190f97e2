import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tagged } from '../../../src/standalone/sample/artefacts.ts';
import { sampleTags } from '../../../src/standalone/sample/repositories.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { eventually } from '../../support/eventually.ts';
import { type RunProcess, startRun } from '../../support/standalone/run-process.ts';

let folder: Awaited<ReturnType<typeof tempDirectory>>;
let run: RunProcess;

interface Answer {
  readonly names: readonly string[];
  readonly corrected: string | undefined;
  readonly hints: readonly string[];
}

beforeAll(async () => {
  folder = await tempDirectory('sample-queries');
  const cors = ['--cors-origin', 'https://ui.example.com'];
  run = await startRun(['--sample', '--data', join(folder.path, 'data'), ...cors]);
  const repositories = new Set(sampleTags().map(({ repository }) => repository)).size;
  const status = async () => (await fetch(`${run.url}/v1/status`)).json();
  await eventually(async () => expect(await status()).toMatchObject({ repositories, incomplete: false }));
});

afterAll(async () => {
  await run?.interrupt();
  await folder.remove();
});

async function ask(query: string, parameters = ''): Promise<Answer> {
  const response = await fetch(`${run.url}/v1/search?q=${encodeURIComponent(query)}${parameters}`);
  const { results, corrected, hints } = JSON.parse(await response.text());
  return { names: results.map(({ name }: { name: string }) => name), corrected, hints };
}

interface Example {
  readonly query: string;
  readonly names: readonly string[];
  /** What it is to say beside them. */
  readonly hint: string;
}

/** The rows of the table in the README. */
function examples(): Example[] {
  const text = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');
  return [...text.matchAll(/^\| [^|]+ \| `(.+)` \| ([^|]+) \|$/gm)].map(([, query = '', answer = '']) => {
    const [names = '', hint = ''] = answer.split('; ');
    return { query, names: names === 'nothing' ? [] : names.split(', '), hint: hint.replaceAll('*', '') };
  });
}

function digestOf(repository: string, tag: string): string {
  const found = sampleTags().find((entry) => entry.repository === repository && entry.tag === tag);
  if (!found) throw new Error(`the sample has no ${repository}:${tag}`);
  return tagged(found.artefact).digest;
}

describe('README.md', () => {
  test('has twenty searches', () => {
    expect(examples()).toHaveLength(20);
  });

  test.each(examples())('says what is answered to $query', async ({ query, names, hint }) => {
    const answer = await ask(query);
    expect(answer.names).toEqual(names);
    if (hint === '') expect(answer.hints.join()).not.toContain('no ');
    else expect(answer.hints.join('\n')).toContain(hint);
  });
});

test('pages of the origins that were named may read answers', async () => {
  for (const origin of ['https://ui.example.com', 'https://other.example.com']) {
    const { headers } = await fetch(`${run.url}/v1/search?q=pay`, { headers: { origin } });
    expect(headers.get('vary')).toBe('Origin');
    expect(headers.get('access-control-allow-origin')).toBe(origin === 'https://ui.example.com' ? origin : null);
  }
});

describe('what somebody of the company asks its registry', () => {
  test.each([
    ['where is the payments service?', 'payments api', ['payments/api']],
    ['which nginx may I build on?', 'nginx', ['base/nginx', 'mirror/library/nginx']],
    ['everything on our base image but Python', '"our base" -python', ['base/node', 'base/java']],
    ['what of payments runs on ARM?', 'ns:payments arch:arm64 os:linux', ['payments/api']],
    ['whose is the fraud detection?', 'label:team=risk', ['payments/fraud/model', 'payments/fraud/trainer']],
    ['which charts are there?', 'type:helm', ['charts/shop']],
    ['who has a version 17?', 'tag:17', ['base/java', 'mirror/library/postgres']],
    ['what is signed?', 'signed:yes', ['payments/api']],
    ['what is for Windows?', 'os:windows', ['ci/windows-runner']],
    ['latest mirrors for ARM', 'ns:mirror tag:latest arch:arm64', ['mirror/library/nginx']],
    [
      'pushed lately, other than the shop',
      'pushed:>2026-11-18 -shop',
      ['payments/api', 'payments/worker', 'payments/fraud/model'],
    ],
  ])('%s', async (_question, query, names) => {
    expect(await ask(query)).toEqual({ names, corrected: undefined, hints: [] });
  });

  test('what is this digest in production?', async () => {
    const digest = digestOf('payments/worker', '1.2.3');
    expect((await ask(`digest:${digest}`)).names).toEqual(['payments/worker']);
    expect((await ask(digest.slice(0, 'sha256:'.length + 12))).names).toEqual(['payments/worker']);
  });

  test('a slip of the finger finds what was meant, and is told', async () => {
    expect(await ask('postgers')).toMatchObject({ names: ['mirror/library/postgres'], corrected: 'postgres' });
  });

  test('the order is theirs to choose', async () => {
    const base = ['base/debian', 'base/java', 'base/nginx', 'base/node', 'base/python'];
    expect((await ask('ns:base', '&sort=name')).names).toEqual(base);
    expect((await ask('ns:base', '&sort=-name')).names).toEqual(base.toReversed());
    expect((await ask('ns:payments', '&sort=-pushed')).names.at(-1)).toBe('payments/api');
  });
});
