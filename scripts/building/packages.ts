import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** An installed package whose code is in the program. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** Its folder: `node_modules/x`, also below another package's. */
  readonly path: string;
  /** What its package.json says, an SPDX expression where it is of our days. */
  readonly license: string | undefined;
  readonly author: string | undefined;
  readonly dependencies: readonly string[];
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string | { readonly type?: string };
  readonly licenses?: readonly { readonly type?: string }[];
  readonly author?: string | { readonly name?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
}

const PACKAGE_PATH = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/** The folders of the packages that gave the bundle any byte, sorted. */
export function bundledPaths({ outputs }: Metafile): string[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const paths = inputs.map(([path, { bytesInOutput }]) =>
    bytesInOutput > 0 ? PACKAGE_PATH.exec(path)?.[0] : undefined,
  );
  return [...new Set(paths)].filter((path) => path !== undefined).sort();
}

/** @throws when there is no package.json */
export async function readPackage(path: string): Promise<Package> {
  const manifest: Manifest = JSON.parse(await readFile(join(path, 'package.json'), 'utf8'));
  const { name, version, author } = manifest;
  return {
    name,
    version,
    path,
    license: licenseOf(manifest),
    author: (typeof author === 'string' ? author : author?.name)?.replace(/\s*[<(].*/, ''),
    dependencies: Object.keys(manifest.dependencies ?? {}),
  };
}

/** `license` as it is written today, or as it was before SPDX expressions: an object, or a list of them. */
function licenseOf({ license, licenses = [] }: Manifest): string | undefined {
  if (typeof license === 'string') return license;
  return license?.type ?? (licenses.map(({ type }) => type).join(' OR ') || undefined);
}
