import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { isRecord } from '../json/is-record.ts';
import { readAtMost } from '../json/read-json.ts';

/** DynamoDB's errors are some hundred bytes; a page of somebody else's may be of any length. */
const MAX_BYTES = 64 * 1024;

export interface DynamoErrorResponse {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}

/**
 * What DynamoDB answered instead of what was asked for. Its name is DynamoDB's code; where there is none, a SyntaxError
 * says that it is not DynamoDB which answers, as where the SDK reads an answer.
 */
export class DynamoError extends Error {
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(code: string | undefined, status: number) {
    super(code ?? `status ${status}`);
    this.name = code ?? 'SyntaxError';
    this.$metadata = { httpStatusCode: status };
  }
}

/** Reads an error response no further than it can be DynamoDB's own. An answer that breaks off still has its status. */
export async function dynamoError({ statusCode, headers, body }: DynamoErrorResponse): Promise<DynamoError> {
  const { bytes } = await readAtMost(body, MAX_BYTES).catch(() => ({ bytes: Buffer.alloc(0) }));
  const { __type, code } = fieldsOf(bytes.toString('utf8'));
  const said = [headers['x-amzn-errortype'], code, __type].find((text) => typeof text === 'string');
  return new DynamoError(codeIn(said), statusCode);
}

/** None where the body is no object of JSON, as with the page of a proxy. */
function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

/** `com.amazonaws.dynamodb.v20120810#ResourceNotFoundException:http://…` without what is around the code. */
function codeIn(said: unknown): string | undefined {
  return typeof said === 'string' ? /^(?:[\w.]+#)?([A-Za-z][\w.]{0,99})/.exec(said.trim())?.[1] : undefined;
}
