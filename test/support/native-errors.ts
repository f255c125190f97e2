import { types } from 'node:util';

const VmError = Error;

/**
 * Jest runs a test in a context with an `Error` of its own, of which errors that Node's network code makes are no
 * instances; the AWS SDK then takes them for something else and drops their names and codes. Import this for its effect
 * where a test sees such errors: they count as errors again, as they do outside of Jest.
 */
Object.defineProperty(VmError, Symbol.hasInstance, {
  value(this: unknown, value: unknown): boolean {
    return this === VmError ? types.isNativeError(value) : Function.prototype[Symbol.hasInstance].call(this, value);
  },
});
