/**
 * Makes what follows from crds/registryindex.yaml: the types, the schema that manifests are checked with where there
 * is no API server, and the chart's copy of the CRD; and the policies in iam/ from src/iam/permissions.ts.
 * `--check` changes nothing and fails when one of them is out of date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { parse } from 'yaml';
import { PROCESSES } from '../src/iam/permissions.ts';
import { PLACEHOLDERS } from '../src/iam/place.ts';
import { policyOf } from '../src/iam/policy.ts';

const SOURCE = 'crds/registryindex.yaml';
const HEADER = `// Generated from ${SOURCE} by "npm run generate". Do not edit.`;

const crd = await readFile(SOURCE, 'utf8');
const { spec, status } = parse(crd).spec.versions[0].schema.openAPIV3Schema.properties;
const outputs = new Map<string, string>([
  ['src/api/generated.ts', await typesOf()],
  ['src/api/generated-schema.ts', schemaOf()],
  ['charts/registry-index/files/registryindex.yaml', crd],
  ...PROCESSES.map((process): [string, string] => [`iam/${process}.json`, policyFile(process)]),
]);

const stale: string[] = [];
for (const [path, wanted] of outputs) {
  const present = await readFile(path, 'utf8').catch(() => '');
  if (present === wanted) continue;
  stale.push(path);
  if (!process.argv.includes('--check')) await writeFile(path, wanted);
}
if (process.argv.includes('--check') && stale.length > 0) {
  console.error(`out of date with ${SOURCE} or src/iam: ${stale.join(', ')}; run "npm run generate"`);
  process.exitCode = 1;
}

async function typesOf(): Promise<string> {
  const options = { additionalProperties: false, bannerComment: '', style: { singleQuote: true, printWidth: 120 } };
  const types = await Promise.all([
    compile(plain(spec), 'RegistryIndexSpec', options),
    compile(plain(status), 'RegistryIndexStatus', options),
  ]);
  return [HEADER, ...types].join('\n');
}

function schemaOf(): string {
  return `${HEADER}\nexport const SPEC_SCHEMA = ${JSON.stringify(plain(spec), null, 2)};\n`;
}

function policyFile(process: (typeof PROCESSES)[number]): string {
  return `${JSON.stringify(policyOf(process, PLACEHOLDERS), null, 2)}\n`;
}

/** JSON schema without Kubernetes' own keywords, which would only confuse the generator. */
function plain(schema: unknown): JSONSchema {
  if (Array.isArray(schema)) return schema.map(plain) as unknown as JSONSchema;
  if (typeof schema !== 'object' || schema === null) return schema as JSONSchema;
  const kept = Object.entries(schema).filter(([key]) => !key.startsWith('x-kubernetes') && key !== 'maxItems');
  return Object.fromEntries(kept.map(([key, value]) => [key, plain(value)]));
}
