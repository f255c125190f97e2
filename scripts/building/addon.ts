import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { type Package, readPackage, resolvePackage } from './packages.ts';

/** The one package that brings a native addon; node-gyp-build looks for it beside the bundle, at the path it has in the package. */
const ADDON = 'node_modules/classic-level';

interface NodeGypBuild {
  /** The file that `require('node-gyp-build')(folder)` loads on this machine. */
  path(folder: string): string;
}

/**
 * Copies the addon that runs on a machine like this one below `target`, and gives the packages it was built from: its own,
 * and those whose headers it includes.
 */
export async function copyAddon(target: string): Promise<Package[]> {
  const addon = await readPackage(ADDON);
  const require = createRequire(resolve(ADDON, 'package.json'));
  const { path }: NodeGypBuild = require('node-gyp-build');
  const file = path(resolve(ADDON));
  await cp(file, join(target, relative(resolve(ADDON), file)));
  const sources = await Promise.all(addon.dependencies.map((name) => readPackage(resolvePackage(ADDON, name))));
  return [addon, ...sources];
}
