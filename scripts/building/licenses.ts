import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import type { Package } from './packages.ts';

/** Some software that is in the program, or that runs it, and every text its licence asks us to pass on. */
export interface Licensed {
  /** As people name it: name, version, SPDX expression. */
  readonly title: string;
  readonly texts: readonly string[];
}

const require = createRequire(import.meta.url);
/** Anywhere in a package: code that it has taken in from others has its licence beside it there. */
const LICENSE_FILE = /(?:licen[cs]e|copying|copyright|notice)[^/]*(?:\/[^/]*)?$/i;
const OWN_LICENSE = /^(?:licen[cs]es\/[^/]*|[^/]*(?:licen[cs]e|copying)[^/]*)$/i;
const OTHER_FILE = /\.(?:[cm]?[jt]sx?|json|map|h|cc?|cpp|py|sh|html?|css|svg|png|ya?ml)$/i;
/** Their standard text is complete but for the line that says whose the copyright is. */
const STANDARD_TEXTS = ['Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];
const COPYRIGHT_LINES = /^Copyright \(c\).*(?:\nCopyright \(c\).*)*/m;
const RULE = '='.repeat(80);

/**
 * The licence texts in the package's files and, where it has none of its own, the standard text of the licence it
 * names.
 * @throws when there is neither
 */
export async function licensesOf(item: Package): Promise<Licensed> {
  const files = await licenseFiles(item.path);
  const texts = files.map(({ text }) => text);
  const title = `${item.name} ${item.version} (${item.license ?? 'see below'})`;
  return { title, texts: files.some(({ path }) => OWN_LICENSE.test(path)) ? texts : [standardText(item), ...texts] };
}

/** The licence of the Node that runs this script: of the image's, where the image is built. */
export async function nodeLicense(): Promise<Licensed> {
  const text = await readFile(nodeLicenseFile(), 'utf8');
  return { title: `Node.js ${process.version}`, texts: [normalize(text)] };
}

/**
 * Where a Node keeps its licence: as nodejs.org packs it, as npm installs it, as Debian does.
 * @throws when it is at none of these places
 */
export function nodeLicenseFile(executable = process.execPath): string {
  const prefix = dirname(dirname(executable));
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const places = ['LICENSE', `node_modules/node-${system}-${process.arch}/LICENSE`, 'share/doc/nodejs/LICENSE'];
  const file = places.map((place) => join(prefix, place)).find((path) => existsSync(path));
  if (file !== undefined) return file;
  throw new Error(
    `The licence of Node.js, which belongs into the image, is not in ${prefix} (looked for ${places.join(', ')}). ` +
      'The Node in node_modules brings it: run "npm ci", then build again.',
  );
}

/** The file THIRD_PARTY_LICENSES: every text once, after the names of all that it is for. */
export function formatLicenses(introduction: string, licensed: readonly Licensed[]): string {
  const titles = new Map<string, string[]>();
  for (const { title, texts } of licensed)
    for (const text of texts) titles.set(text, [...(titles.get(text) ?? []), title]);
  const sections = [...titles].map(([text, names]) => [RULE, ...names, RULE, '', text, ''].join('\n'));
  return [introduction, '', ...sections].join('\n');
}

interface TextFile {
  /** Below the package's folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** The licences and notices of a package. Packages inside it are looked at by themselves. */
async function licenseFiles(folder: string): Promise<TextFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => LICENSE_FILE.test(path) && !OTHER_FILE.test(path) && !path.includes('node_modules/'));
  const files = paths
    .sort()
    .map(async (path) => ({ path, text: normalize(await readFile(join(folder, path), 'utf8')) }));
  return (await Promise.all(files)).filter(({ text }) => text !== '');
}

function standardText({ name, version, license, author }: Package): string {
  if (license === undefined || !STANDARD_TEXTS.includes(license)) {
    throw new Error(
      `${name} ${version} is in the bundle, but has no licence file, and "${license ?? ''}" in its package.json is none ` +
        `of the licences whose standard text can stand in (${STANDARD_TEXTS.join(', ')}). Leave it out of the program, ` +
        'or take a version with a licence file.',
    );
  }
  const { licenseText }: { licenseText: string } = require(`spdx-license-list/licenses/${license}.json`);
  return normalize(licenseText.replace(COPYRIGHT_LINES, `Copyright (c) ${author ?? `the authors of ${name}`}`));
}

/** So that texts that differ in their line ends alone are one. */
function normalize(text: string): string {
  return text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .replace(/[ \t]+$/gm, '')
    .replace(/^\n+/, '')
    .trimEnd();
}
