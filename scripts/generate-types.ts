/**
 * Makes what follows from crds/registryindex.yaml: src/api/generated.ts and the chart's copy of the CRD.
 * `--check` changes nothing and fails when one of them is out of date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { parse } from 'yaml';

const SOURCE = 'crds/registryindex.yaml';
const HEADER = `// Generated from ${SOURCE} by "npm run generate". Do not edit.`;

const outputs = new Map<string, string>([
  ['src/api/generated.ts', await typesOf(await readFile(SOURCE, 'utf8'))],
  ['charts/registry-index/files/registryindex.yaml', await readFile(SOURCE, 'utf8')],
]);

const stale: string[] = [];
for (const [path, wanted] of outputs) {
  const present = await readFile(path, 'utf8').catch(() => '');
  if (present === wanted) continue;
  stale.push(path);
  if (!process.argv.includes('--check')) await writeFile(path, wanted);
}
if (process.argv.includes('--check') && stale.length > 0) {
  console.error(`out of date with ${SOURCE}: ${stale.join(', ')}; run "npm run generate"`);
  process.exitCode = 1;
}

async function typesOf(yaml: string): Promise<string> {
  const { spec, status } = parse(yaml).spec.versions[0].schema.openAPIV3Schema.properties;
  const options = { additionalProperties: false, bannerComment: '', style: { singleQuote: true, printWidth: 120 } };
  const types = await Promise.all([
    compile(plain(spec), 'RegistryIndexSpec', options),
    compile(plain(status), 'RegistryIndexStatus', options),
  ]);
  return [HEADER, ...types].join('\n');
}

/** JSON schema without Kubernetes' own keywords, which would only confuse the generator. */
function plain(schema: unknown): JSONSchema {
  if (Array.isArray(schema)) return schema.map(plain) as unknown as JSONSchema;
  if (typeof schema !== 'object' || schema === null) return schema as JSONSchema;
  const kept = Object.entries(schema).filter(([key]) => !key.startsWith('x-kubernetes') && key !== 'maxItems');
  return Object.fromEntries(kept.map(([key, value]) => [key, plain(value)]));
}
