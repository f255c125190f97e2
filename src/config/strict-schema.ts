import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { isRecord } from '../json/is-record.ts';

/** A schema of the CRD by which unknown fields are mistakes, as where people write a field wrong. */
export interface StrictSchema<T> {
  fits(value: unknown): value is T;
  /** The first mistake that `fits` has just found, as a sentence about a field below `root`. */
  mistake(root: string): string;
}

/** Compiled when it is first asked, which takes a tenth of a second: most programs start without. */
export function strictSchema<T>(schema: object): StrictSchema<T> {
  let compiled: ValidateFunction<T> | undefined;
  return {
    fits(value): value is T {
      compiled ??= new Ajv({ allErrors: false, strict: false, validateFormats: false }).compile<T>(closed(schema));
      return compiled(value);
    },
    mistake: (root) => mistakeOf(compiled?.errors?.[0], root),
  };
}

function mistakeOf(error: ErrorObject | undefined, root: string): string {
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
