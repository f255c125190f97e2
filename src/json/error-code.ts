import { isRecord } from './is-record.ts';

/** The code of an error of Node's, such as `ENOENT`; undefined for what has none. */
export function errorCode(error: unknown): string | undefined {
  const code = isRecord(error) ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
