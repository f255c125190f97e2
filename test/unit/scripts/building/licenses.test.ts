import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { formatLicenses, licensesOf, nodeLicenseFile } from '../../../../scripts/building/licenses.ts';
import type { Package } from '../../../../scripts/building/packages.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry-index-licenses-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

function packageHere(fields: Partial<Package> = {}): Package {
  return { name: 'left', version: '1.2.3', path: folder, license: 'MIT', author: 'Ann', dependencies: [], ...fields };
}

const textsOf = async (fields?: Partial<Package>) => (await licensesOf(packageHere(fields))).texts;

describe('the licence texts of a package', () => {
  test.each([
    'LICENSE',
    'License',
    'LICENCE.md',
    'license.txt',
    'LICENSE-MIT',
    'LICENSE.APACHE2',
    'MIT-LICENSE.txt',
    'UNLICENSE',
    'COPYING',
    'LICENSES/MIT.txt',
  ])('are read from %s', async (name) => {
    await write({ [name]: 'do as you like' });
    expect(await textsOf()).toEqual(['do as you like']);
  });

  test('are all of several, with the notices and those of code taken in from others', async () => {
    await write({
      'LICENSE-MIT': 'mit',
      'LICENSE-APACHE': 'apache',
      NOTICE: 'made by us',
      'ThirdPartyNotices.txt': 'made by them',
      'deps/snappy/COPYING': 'snappy',
    });
    expect([...(await textsOf())].sort()).toEqual(['apache', 'made by them', 'made by us', 'mit', 'snappy']);
  });

  test('are not code, nor those of packages inside it', async () => {
    await write({
      LICENSE: 'mine',
      'lib/license.js': 'code',
      'licenses.json': '[]',
      'src/notice.d.ts': 'type',
      'node_modules/other/LICENSE': 'of another',
    });
    expect(await textsOf()).toEqual(['mine']);
  });

  test('do not differ by line ends or blanks at the end of a line', async () => {
    await write({ LICENSE: '\uFEFFone  \r\ntwo\r\n\r\n' });
    expect(await textsOf()).toEqual(['one\ntwo']);
  });
});

describe('a package without a licence file', () => {
  test.each([
    ['MIT', 'Permission is hereby granted, free of charge'],
    ['ISC', 'Permission to use, copy, modify, and/or distribute'],
    ['BSD-2-Clause', 'Redistribution and use in source and binary forms'],
    ['BSD-3-Clause', 'Redistribution and use in source and binary forms'],
  ])('has the standard text of %s, with the name of its author', async (license, words) => {
    const [text = ''] = await textsOf({ license });
    expect(text).toContain(words);
    expect(text.match(/copyright \(c\).*/gi)).toEqual(['Copyright (c) Ann']);
    expect(text).not.toMatch(/<(year|owner|copyright holders)>/);
  });

  test('has the standard text of Apache-2.0 as it is', async () => {
    const [text = ''] = await textsOf({ license: 'Apache-2.0' });
    expect(text).toContain('TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION');
  });

  test('and without an author is of its authors', async () => {
    expect((await textsOf({ author: undefined }))[0]).toContain('Copyright (c) the authors of left\n');
  });

  test.each([
    ['an empty one', { LICENSE: ' \n' }],
    ['one of code that it has taken in', { 'deps/milo/LICENSE': 'milo' }],
    ['a notice', { NOTICE: 'made by us' }],
  ])('but with %s has the standard text as well', async (_, files) => {
    await write(files);
    expect((await textsOf())[0]).toContain('Permission is hereby granted');
  });

  test.each([
    undefined,
    '',
    'UNLICENSED',
    'SEE LICENSE IN terms.pdf',
    'MIT OR GPL-3.0',
    'GPL-3.0-only',
    '../../package',
  ])('and licensed as %p ends the build with its name', async (license) => {
    await expect(licensesOf(packageHere({ license }))).rejects.toThrow(
      'left 1.2.3 is in the bundle, but has no licence file',
    );
  });
});

describe('the licence of Node', () => {
  test.each(['LICENSE', `node_modules/node-${process.platform}-${process.arch}/LICENSE`, 'share/doc/nodejs/LICENSE'])(
    'is found at %s',
    async (place) => {
      await write({ [place]: 'of Node' });
      expect(nodeLicenseFile(join(folder, 'bin/node'))).toBe(join(folder, place));
    },
  );

  test('that is nowhere ends the build with what to do', () => {
    expect(() => nodeLicenseFile(join(folder, 'bin/node'))).toThrow('run "npm ci"');
  });
});

test('the file of licences has every text once, below the names of all that it is for', () => {
  const file = formatLicenses('Read this.', [
    { title: 'a 1', texts: ['free'] },
    { title: 'b 2', texts: ['not so free', 'free'] },
  ]);
  const rule = '='.repeat(80);
  expect(file).toBe(
    ['Read this.', '', rule, 'a 1', 'b 2', rule, '', 'free', '', rule, 'b 2', rule, '', 'not so free', ''].join('\n'),
  );
});
