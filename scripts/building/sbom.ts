import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Package } from './packages.ts';

/** A bill of materials in CycloneDX, as `npm sbom` writes it and as far as it is looked at here. */
export interface Bom {
  readonly serialNumber?: string;
  readonly metadata: { readonly timestamp?: string; readonly lifecycles: unknown; readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
}

const PROGRAM = 'registry-index';
const ARGUMENTS = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'];
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** The bill of materials of a program with these packages in it, by npm from the lock file. */
export async function billOfMaterials(packages: readonly Package[]): Promise<Bom> {
  const { stdout } = await promisify(execFile)('npm', ARGUMENTS, { maxBuffer: MAX_OUTPUT_BYTES });
  return selectComponents(JSON.parse(stdout), packages);
}

/**
 * Of a bill of everything that may be installed, what is in the program. The same program has the same bill: what names
 * the moment or the folder of a build is left out.
 * @throws when the bill lacks a package of the program
 */
export function selectComponents(bom: Bom, packages: readonly Package[]): Bom {
  const wanted = new Set(packages.map(idOf));
  const components = bom.components.filter((component) => wanted.has(idOf(component)));
  const missing = wanted.difference(new Set(components.map(idOf)));
  if (missing.size > 0) {
    throw new Error(
      `In the program, but not in package-lock.json: ${[...missing].join(', ')}. Run "npm ci", then build again.`,
    );
  }
  const { serialNumber: _random, ...lasting } = bom;
  const { timestamp: _now, component: program, ...metadata } = bom.metadata;
  const refs = new Set([program, ...components].map((component) => component['bom-ref']));
  const dependencies = bom.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) }));
  return {
    ...lasting,
    metadata: { ...metadata, lifecycles: [{ phase: 'build' }], component: { ...program, name: PROGRAM } },
    components,
    dependencies,
  };
}

function idOf({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name}@${version}`;
}
