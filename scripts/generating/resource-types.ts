import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { parse } from 'yaml';

const HEADER = '// Generated from crds/registryindex.yaml by "npm run generate". Do not edit.';

/** The types of a RegistryIndex, of the text of its CustomResourceDefinition. */
export async function resourceTypes(crd: string): Promise<string> {
  const { spec, status } = schemasOf(crd);
  const options = { additionalProperties: false, bannerComment: '', style: { singleQuote: true, printWidth: 120 } };
  const types = await Promise.all([
    compile(plain(spec), 'RegistryIndexSpec', options),
    compile(plain(status), 'RegistryIndexStatus', options),
  ]);
  return [HEADER, ...types].join('\n');
}

/** The schema that manifests are checked with where there is no API server. */
export function resourceSchema(crd: string): string {
  return `${HEADER}\nexport const SPEC_SCHEMA = ${JSON.stringify(plain(schemasOf(crd).spec), null, 2)};\n`;
}

function schemasOf(crd: string): { readonly spec: unknown; readonly status: unknown } {
  return parse(crd).spec.versions[0].schema.openAPIV3Schema.properties;
}

/** JSON schema without Kubernetes' own keywords, which would only confuse the generator. */
function plain(schema: unknown): JSONSchema {
  if (Array.isArray(schema)) return schema.map(plain) as unknown as JSONSchema;
  if (typeof schema !== 'object' || schema === null) return schema as JSONSchema;
  const kept = Object.entries(schema).filter(([key]) => !key.startsWith('x-kubernetes') && key !== 'maxItems');
  return Object.fromEntries(kept.map(([key, value]) => [key, plain(value)]));
}
