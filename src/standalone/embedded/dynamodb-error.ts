/** An answer of DynamoDB that is an error; `name` is its code. */
export class DynamoDbError extends Error {
  override readonly name: string;
  /** What the SDK says of the answer to a request that failed. */
  readonly $metadata = { httpStatusCode: 400 };
  /** The present item, where a condition was asked to give it. */
  readonly Item: unknown;

  constructor(name: string, message: string, item?: unknown) {
    super(message);
    this.name = name;
    this.Item = item;
  }
}
