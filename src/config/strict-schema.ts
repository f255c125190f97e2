import { Ajv, type ValidateFunction } from 'ajv';
import { isRecord } from '../json/is-record.ts';

/** Compiles a schema of the CRD so that unknown fields are mistakes, as where people write a field wrong. */
export function compileStrict<T>(schema: object): ValidateFunction<T> {
  return new Ajv({ allErrors: false, strict: false, validateFormats: false }).compile<T>(closed(schema));
}

/** The first mistake that `validate` has just found, as a sentence about a field below `root`. */
export function mistakeOf({ errors }: ValidateFunction, root: string): string {
  const [error] = errors ?? [];
  const field = `${root}${(error?.instancePath ?? '').replaceAll('/', '.')}`;
  const { allowedValues, additionalProperty } = error?.params ?? {};
  if (Array.isArray(allowedValues)) return `${field} must be one of ${allowedValues.join(', ')}`;
  if (typeof additionalProperty === 'string') return `${field} has no field ${additionalProperty}`;
  return `${field} ${error?.message ?? 'is wrong'}`;
}

/** The schema with every object closed, except those with `additionalProperties` of their own. */
function closed(node: unknown): object {
  if (!isRecord(node)) return {};
  const entries = Object.entries(node).map(([key, value]) => [key, key === 'default' ? value : closedValue(value)]);
  const ending = node.type === 'object' && node.properties !== undefined ? { additionalProperties: false } : {};
  return { ...Object.fromEntries(entries), ...ending };
}

function closedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closedValue);
  return isRecord(value) ? closed(value) : value;
}
