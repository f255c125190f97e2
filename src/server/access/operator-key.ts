import type { IncomingMessage } from 'node:http';
import { createSecretCheck } from '../../http/credential.ts';

/** The key by which the operator proves itself; undefined while there is none. */
export type OperatorKey = () => string | undefined;

/** Whether a request is the operator's. */
export function isOperator({ headers }: Pick<IncomingMessage, 'headers'>, operatorKey: OperatorKey): boolean {
  const key = operatorKey();
  return key !== undefined && createSecretCheck(`Bearer ${key}`)(headers.authorization ?? '');
}
