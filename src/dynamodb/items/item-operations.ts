import type { SendOperation } from '../../aws/clients.ts';
import type { DynamoPost } from '../../aws/dynamo-post.ts';
import { isRecord } from '../../json/is-record.ts';
import { attributeOf, attributesOf, itemOf } from './attribute-value.ts';

/** Sends operations about items, with plain values on this side and DynamoDB's on the other. */
export function createItemOperations({ post }: Pick<DynamoPost, 'post'>): SendOperation {
  return async (operation, input, signal) => {
    const body = JSON.stringify(mapFields(input, INPUT));
    const answer = await post(operation, body, signal);
    if (!isRecord(answer)) throw new SyntaxError('the answer is no object');
    return mapFields(answer, ANSWER);
  };
}

type Convert = (value: unknown) => unknown;

/** What to make of a field, by its name; others stay as they are. */
type Fields = ReadonlyMap<string, Convert>;

function mapFields(value: object, fields: Fields): Record<string, unknown> {
  const entries = Object.entries(value).map(([name, field]) => {
    const convert = field === undefined ? undefined : fields.get(name);
    return [name, convert ? convert(field) : field] as const;
  });
  return Object.fromEntries(entries);
}

const listOf =
  (convert: Convert): Convert =>
  (value) =>
    Array.isArray(value) ? value.map(convert) : value;

const objectOf =
  (convert: Convert): Convert =>
  (value) =>
    isRecord(value) ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, convert(each)])) : value;

const fieldsOf =
  (fields: Fields): Convert =>
  (value) =>
    isRecord(value) ? mapFields(value, fields) : value;

const attributes: Convert = (value) => (isRecord(value) ? attributesOf(value) : value);

const INPUT: Fields = new Map([
  ['Item', attributes],
  ['Key', attributes],
  ['ExclusiveStartKey', attributes],
  ['ExpressionAttributeValues', attributes],
  ['RequestItems', objectOf(fieldsOf(new Map([['Keys', listOf(attributes)]])))],
  ['Statements', listOf(fieldsOf(new Map([['Parameters', listOf(attributeOf)]])))],
]);

/** Of a batch of reads `Responses` has a list for each table; of a batch of statements it is a list, without items. */
const ANSWER: Fields = new Map([
  ['Items', listOf(itemOf)],
  ['LastEvaluatedKey', itemOf],
  ['Responses', objectOf(listOf(itemOf))],
  ['UnprocessedKeys', objectOf(fieldsOf(new Map([['Keys', listOf(itemOf)]])))],
]);
