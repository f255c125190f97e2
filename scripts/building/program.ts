import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { formatLicenses, licensesOf, nodeLicense } from './licenses.ts';
import { bundledPaths, type Package, readPackage } from './packages.ts';
import { billOfMaterials } from './sbom.ts';

interface Bundle {
  readonly metafile: Metafile;
  readonly code: string;
  /** Copyright comments inside the bundled code. */
  readonly notices: string;
}

const BUNDLE = 'registry-index.mjs';
/** Scanners of images look for the packages of a bundle in files named so. */
const BILL_OF_MATERIALS = 'registry-index.cdx.json';
const LICENSES = 'THIRD_PARTY_LICENSES';
/** CommonJS packages inside an ES module still ask for Node's own modules and for files beside them. */
const BANNER = `
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const __dirname = import.meta.dirname;`;

/**
 * Builds the program into the folder `target`, which holds nothing else then; gives the packages that are in it. Nothing is
 * written when a licence is missing.
 */
export async function buildProgram(target: string): Promise<readonly Package[]> {
  const { metafile, code, notices } = await bundle();
  const bundled = await Promise.all(bundledPaths(metafile).map(readPackage));
  const packages = distinct(bundled);
  const licenses = await thirdPartyLicenses(packages, notices);
  const bill = await billOfMaterials(packages);

  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await writeFile(join(target, BUNDLE), code);
  await writeFile(join(target, LICENSES), licenses);
  await writeFile(join(target, BILL_OF_MATERIALS), `${JSON.stringify(bill, null, 2)}\n`);
  await cp('LICENSE', join(target, 'LICENSE'));
  return packages;
}

async function bundle(): Promise<Bundle> {
  const { metafile, outputFiles } = await build({
    entryPoints: ['src/main.ts'],
    outfile: BUNDLE,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    banner: { js: BANNER },
    legalComments: 'external',
    metafile: true,
    write: false,
  });
  const textOf = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  return { metafile, code: textOf('.mjs'), notices: textOf('.LEGAL.txt') };
}

async function thirdPartyLicenses(packages: readonly Package[], notices: string): Promise<string> {
  const introduction = [
    'registry-index contains the software named below, under the licences that follow the names, and runs on Node.js.',
    'The packages of the base image, if it has any, have their licences in /usr/share/doc.',
  ].join('\n');
  const licensed = await Promise.all(packages.map(licensesOf));
  const comments = { title: 'Notices in the bundled code', texts: [notices.trim()] };
  return formatLicenses(introduction, [...licensed, comments, await nodeLicense()]);
}

function distinct(packages: readonly Package[]): Package[] {
  return [...new Map(packages.map((item) => [item.path, item])).values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
