import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { KubeObject } from '../../../src/kube/resource.ts';
import { runCommand } from '../../env/command.ts';
import { goTool } from '../../env/go-tools.ts';
import { tempDirectory } from '../../env/temp-directory.ts';

export const CHART = 'charts/registry-index';
/** Of the release that is rendered; its objects are named `test-registry-index`. */
export const RELEASE_NAMESPACE = 'release-namespace';

export interface Values {
  readonly [name: string]: unknown;
}

/** What the chart makes of one set of values. */
export interface Rendering {
  readonly text: string;
  readonly objects: readonly KubeObject[];
  /** The only object of this kind, or the only one whose name ends so; throws where there is none or several. */
  object(kind: string, nameEnd?: string): KubeObject;
}

/** The one value that the chart cannot do without, and no CRD, which is long. */
const NEEDED: Values = { image: { repository: 'registry.example.com/registry-index' }, crds: { install: false } };

/**
 * Renders the chart with each of these values, by name, in one run of Helm: as parts of one chart, each under an alias
 * and a condition. What the values leave out of `image` and `crds` is what a test wants. Rejects with what Helm says.
 */
export async function render<Name extends string>(
  variants: Readonly<Record<Name, Values>>,
): Promise<Readonly<Record<Name, Rendering>>> {
  const names = Object.keys(variants) as Name[];
  const aliases = names.map((_, at) => `part-${String(at).padStart(4, '0')}`);
  const values = names.map((name) => ({ enabled: true, ...NEEDED, ...variants[name] }));
  const output = await renderUmbrella(Object.fromEntries(aliases.map((alias, at) => [alias, values[at]])));
  const parts = aliases.map((alias) => renderingOf(alias, output));
  return Object.fromEntries(names.map((name, at) => [name, parts[at]])) as Record<Name, Rendering>;
}

/** What Helm prints for a chart that has ours as a part under each of these aliases. */
async function renderUmbrella(values: Values): Promise<string> {
  const { path, remove } = await tempDirectory('umbrella');
  const { version } = parse(await readFile(join(CHART, 'Chart.yaml'), 'utf8'));
  const dependencies = Object.keys(values).map((alias) => ({
    name: 'registry-index',
    version,
    alias,
    condition: `${alias}.enabled`,
  }));
  await writeFile(
    join(path, 'Chart.yaml'),
    stringify({ apiVersion: 'v2', name: 'umbrella', version: '1.0.0', dependencies }),
  );
  await writeFile(join(path, 'values.yaml'), stringify(values));
  await cp(CHART, join(path, 'charts/registry-index'), { recursive: true });
  return runCommand(await goTool('helm'), ['template', 'test', path, '--namespace', RELEASE_NAMESPACE]).finally(remove);
}

/** The documents of one alias, with the chart's own name in its place. */
function renderingOf(alias: string, output: string): Rendering {
  const documents = output.split(/^---$/m).filter((document) => document.includes(`umbrella/charts/${alias}/`));
  const text = documents.join('---').replaceAll(alias, 'registry-index');
  let parsed: readonly KubeObject[] | undefined;
  const objects = () => {
    parsed ??= text.split(/^---$/m).flatMap((document) => parse(document) ?? []);
    return parsed;
  };
  return {
    text,
    get objects() {
      return objects();
    },
    object(kind, nameEnd = '') {
      const found = objects().filter((one) => one.kind === kind && one.metadata.name.endsWith(nameEnd));
      const [object] = found;
      if (!object || found.length > 1) throw new Error(`${found.length} objects ${kind} …${nameEnd} are rendered`);
      return object;
    },
  };
}
