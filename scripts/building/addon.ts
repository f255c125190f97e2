import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { type Package, readPackage, resolvePackage } from './packages.ts';

/** The one package with a native addon; node-gyp-build looks for it beside the bundle, at the path it has in the package. */
const ADDON = 'node_modules/classic-level';

interface NodeGypBuild {
  /** The file that `require('node-gyp-build')(folder)` loads on this machine. */
  path(folder: string): string;
}

/** What the addon was built from: its own package, and those whose headers it includes. */
export async function addonPackages(): Promise<Package[]> {
  const addon = await readPackage(ADDON);
  const sources = await Promise.all(addon.dependencies.map((name) => readPackage(resolvePackage(ADDON, name))));
  return [addon, ...sources];
}

/** Copies the addon that runs on a machine like this one below `target`. */
export async function copyAddon(target: string): Promise<void> {
  const folder = resolve(ADDON);
  const { path }: NodeGypBuild = createRequire(join(folder, 'package.json'))('node-gyp-build');
  const file = path(folder);
  await cp(file, join(target, relative(folder, file)));
}
