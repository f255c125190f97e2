import {
  BatchExecuteStatementCommand,
  BatchGetCommand,
  DeleteCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/lib-dynamodb';
import type { GetOutputType } from '@smithy/types';
import type { SendOperation } from '../../aws/clients.ts';

/** The commands about items that this program sends. */
export type ItemCommand =
  | BatchExecuteStatementCommand
  | BatchGetCommand
  | DeleteCommand
  | PutCommand
  | QueryCommand
  | ScanCommand;

/** Sends commands of lib-dynamodb, whose inputs and answers hold plain values. It never tries again. */
export interface DocumentClient {
  send<Sent extends ItemCommand>(
    command: Sent,
    options: { readonly abortSignal: AbortSignal },
  ): Promise<AnswerTo<Sent>>;
}

export type AnswerTo<Sent extends ItemCommand> = Omit<GetOutputType<Sent>, '$metadata'>;

const OPERATIONS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [BatchExecuteStatementCommand, 'BatchExecuteStatement'],
  [BatchGetCommand, 'BatchGetItem'],
  [DeleteCommand, 'DeleteItem'],
  [PutCommand, 'PutItem'],
  [QueryCommand, 'Query'],
  [ScanCommand, 'Scan'],
]);

/** As lib-dynamodb's own client, but without the middleware of the SDK between a command and `send`. */
export function createDocumentClient(send: SendOperation): DocumentClient {
  return {
    async send<Sent extends ItemCommand>(command: Sent, options: { readonly abortSignal: AbortSignal }) {
      const operation = OPERATIONS.get(command.constructor);
      if (operation === undefined) throw new TypeError(`${command.constructor.name} is no command about items`);
      // The shape is the service's; what items hold is checked where they are read.
      return (await send(operation, command.input, options.abortSignal)) as AnswerTo<Sent>;
    },
  };
}
