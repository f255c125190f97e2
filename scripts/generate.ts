/**
 * Makes what follows from other files: of crds/registryindex.yaml the types, the schema that manifests are checked with
 * where there is no API server, and the chart's copy; of src/iam/permissions.ts the policies in iam/; of the chart's
 * values.yaml the table in its README.
 * `--check` changes nothing and fails when one of them is out of date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { PLACEHOLDERS } from '../src/iam/names.ts';
import { PROCESSES } from '../src/iam/permissions.ts';
import { policyOf } from '../src/iam/policy.ts';
import { chartReadme } from './generating/chart-readme.ts';
import { resourceSchema, resourceTypes } from './generating/resource-types.ts';

const CHART = 'charts/registry-index';

const read = (path: string) => readFile(path, 'utf8').catch(() => '');
const crd = await read('crds/registryindex.yaml');
const outputs = new Map<string, string>([
  ['src/api/generated.ts', await resourceTypes(crd)],
  ['src/api/generated-schema.ts', resourceSchema(crd)],
  [`${CHART}/files/registryindex.yaml`, crd],
  ...PROCESSES.map((process): [string, string] => [`iam/${process}.json`, policyFile(process)]),
  [`${CHART}/README.md`, chartReadme(await read(`${CHART}/README.md`), await read(`${CHART}/values.yaml`))],
]);

const stale: string[] = [];
for (const [path, wanted] of outputs) {
  if ((await read(path)) === wanted) continue;
  stale.push(path);
  if (!process.argv.includes('--check')) await writeFile(path, wanted);
}
if (process.argv.includes('--check') && stale.length > 0) {
  console.error(`out of date with what they are made of: ${stale.join(', ')}; run "npm run generate"`);
  process.exitCode = 1;
}

function policyFile(process: (typeof PROCESSES)[number]): string {
  return `${JSON.stringify(policyOf(process, PLACEHOLDERS), null, 2)}\n`;
}
