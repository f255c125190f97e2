import { chmod, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { formatLicenses, licensesOf } from './licenses.ts';
import { bundledPaths, type Package, readPackage } from './packages.ts';

/** The oldest that people's machines have; the image has a newer one. */
const NODE = 'node20';
/** commander is a CommonJS package. */
const BANNER = "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);";

/**
 * Builds `query` into one file that needs nothing beside it, with the licences of what is in it; gives its packages.
 */
export async function buildQueryProgram(file: string): Promise<readonly Package[]> {
  const { metafile, outputFiles } = await build({
    entryPoints: ['src/query-program.ts'],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: NODE,
    format: 'esm',
    banner: { js: BANNER },
    metafile: true,
    write: false,
  });
  const packages = await Promise.all(bundledPaths(metafile).map(readPackage));
  const introduction =
    'registry-index query contains the software named below, under the licences that follow the names.';
  const licenses = formatLicenses(introduction, await Promise.all(packages.map(licensesOf)));
  const [code] = outputFiles.map(({ text }) => text);
  await writeFile(file, `${code}\n/*\n${licenses.replaceAll('*/', '* /')}\n*/\n`);
  await chmod(file, 0o755);
  return packages;
}
