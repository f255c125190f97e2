import { BatchGetCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from '@jest/globals';
import { createDocumentClient, type ItemCommand } from '../../../../src/dynamodb/items/document-client.ts';
import { createItemOperations } from '../../../../src/dynamodb/items/item-operations.ts';

const options = { abortSignal: new AbortController().signal };

/** A client whose service answers so, and the last request. */
function answering(answer: unknown) {
  const sent: { operation: string; body: unknown }[] = [];
  const post = async (operation: string, body: string) => {
    sent.push({ operation, body: JSON.parse(body) });
    return answer;
  };
  return { client: createDocumentClient(createItemOperations({ post })), sent };
}

test('a put is sent with the values of DynamoDB', async () => {
  const { client, sent } = answering({});
  const values = { ExpressionAttributeNames: { '#e': 'epoch' }, ExpressionAttributeValues: { ':epoch': 1 } };
  await client.send(new PutCommand({ TableName: 't', Item: { name: 'a' }, ...values, Expected: undefined }), options);
  const expected = { ExpressionAttributeNames: { '#e': 'epoch' }, ExpressionAttributeValues: { ':epoch': { N: '1' } } };
  expect(sent).toEqual([{ operation: 'PutItem', body: { TableName: 't', Item: { name: { S: 'a' } }, ...expected } }]);
});

test('a table may be named as a field of requests is', async () => {
  const { client, sent } = answering({
    Responses: { Item: [{ name: { S: 'a' } }] },
    UnprocessedKeys: { Keys: { Keys: [{ name: { S: 'b' } }], ConsistentRead: true } },
  });
  const command = new BatchGetCommand({ RequestItems: { Item: { Keys: [{ name: 'a' }] } } });
  expect(await client.send(command, options)).toEqual({
    Responses: { Item: [{ name: 'a' }] },
    UnprocessedKeys: { Keys: { Keys: [{ name: 'b' }], ConsistentRead: true } },
  });
  expect(sent).toMatchObject([{ body: { RequestItems: { Item: { Keys: [{ name: { S: 'a' } }] } } } }]);
});

test.each([[], 'text', null, 17])('%j is no answer', async (answer) => {
  const { client } = answering(answer);
  await expect(client.send(new PutCommand({ TableName: 't', Item: {} }), options)).rejects.toThrow(SyntaxError);
});

test('a command that this program does not send is refused', async () => {
  const { client, sent } = answering({});
  const command = new GetCommand({ TableName: 't', Key: {} }) as unknown as ItemCommand;
  await expect(client.send(command, options)).rejects.toThrow('GetCommand is no command about items');
  expect(sent).toEqual([]);
});
