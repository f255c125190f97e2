import { isRecord } from '../../../src/json/is-record.ts';
import type { Values } from './render.ts';

/** The part of JSON Schema that values.schema.json uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly definitions?: Readonly<Record<string, Schema>>;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
}

/** A value of the chart, `metrics.service.port`. */
export interface Leaf {
  readonly path: string;
  readonly schema: Schema;
}

/** Every value that the schema knows by name. */
export function leavesOf(root: Schema): Leaf[] {
  const leaves = (schema: Schema, path: string): Leaf[] => {
    const resolved = schema.$ref ? (root.definitions?.[schema.$ref.replace('#/definitions/', '')] ?? {}) : schema;
    const { properties } = resolved;
    if (!properties) return [{ path, schema: resolved }];
    return Object.entries(properties).flatMap(([name, each]) => leaves(each, path === '' ? name : `${path}.${name}`));
  };
  return leaves(root, '');
}

/** Another value than the present one, which the schema allows; throws where it has no example of any. */
export function otherValue({ path, schema }: Leaf, present: unknown): unknown {
  const known = [...(schema.examples ?? []), ...(schema.enum ?? [])];
  const other = known.find((each) => JSON.stringify(each) !== JSON.stringify(present));
  if (other !== undefined) return other;
  if (schema.type === 'boolean') return present !== true;
  if (schema.type === 'integer') return Number(present ?? 0) + 1;
  throw new Error(`values.schema.json has no example of ${path}`);
}

export function valueAt(values: unknown, path: string): unknown {
  return path.split('.').reduce((value, name) => (isRecord(value) ? value[name] : undefined), values);
}

export function withValue(values: Values, path: string, value: unknown): Values {
  const [name = '', ...rest] = path.split('.');
  if (rest.length === 0) return { ...values, [name]: value };
  const inner = values[name];
  return { ...values, [name]: withValue(isRecord(inner) ? inner : {}, rest.join('.'), value) };
}
