import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readStorageEvents, type StoreKind, WEBHOOK_STORES } from '../../../../src/indexer/events/storage-event.ts';

const KEY = 'a b+c/ü%41/_manifests/tags/v1/current/link';
const FORM = 'a+b%2Bc/%C3%BC%2541/_manifests/tags/v1/current/link';

function record(key: string, bucket = 'images') {
  return { eventName: 'ObjectCreated:Put', s3: { bucket: { name: bucket }, object: { key } } };
}

const read = (value: unknown, store: StoreKind) => readStorageEvents(Buffer.from(JSON.stringify(value)), store);

describe('events of a store', () => {
  const event = { bucket: 'images', key: KEY };

  test.each<[string, StoreKind, unknown]>([
    ['AWS through SQS', 'aws', { Records: [record(FORM)] }],
    ['AWS through SNS and SQS', 'aws', { Type: 'Notification', Message: JSON.stringify({ Records: [record(FORM)] }) }],
    [
      'EventBridge',
      'aws',
      {
        source: 'aws.s3',
        'detail-type': 'Object Created',
        detail: { bucket: { name: 'images' }, object: { key: KEY } },
      },
    ],
    ['MinIO', 'minio', { EventName: 's3:ObjectCreated:Put', Records: [record(FORM.replaceAll('/', '%2F'))] }],
    ['Ceph', 'ceph', { Records: [record(KEY)] }],
    ['versitygw', 'versitygw', { Records: [record(KEY)] }],
  ])('have the key that the object has: %s', (_, store, body) => {
    expect(read(body, store)).toEqual([event]);
  });

  test('are none where CloudTrail tells of calls, through EventBridge', () => {
    const detail = { eventName: 'PutObject', requestParameters: { bucketName: 'images', key: KEY } };
    expect(read({ source: 'aws.s3', 'detail-type': 'AWS API Call via CloudTrail', detail }, 'aws')).toBeUndefined();
  });

  test('may be several in one body', () => {
    expect(read({ Records: [record('a'), record('b', 'other')] }, 'aws')).toEqual([
      { bucket: 'images', key: 'a' },
      { bucket: 'other', key: 'b' },
    ]);
  });

  test.each<[string, StoreKind, unknown]>([
    ['the test event of AWS', 'aws', { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'images' }],
    ['the test event of AWS within SNS', 'aws', { Message: JSON.stringify({ Event: 's3:TestEvent' }) }],
    ['the test event of versitygw', 'versitygw', { Event: 's3:TestEvent' }],
  ])('are none: %s', (_, store, body) => {
    expect(read(body, store)).toEqual([]);
  });

  test.each<[string, StoreKind, unknown]>([
    ['of something else', 'aws', { dynamodb: {} }],
    ['without a key', 'aws', { s3: { bucket: { name: 'x' } } }],
    ['that is no object', 'aws', 7],
    ['with a key that is no encoding', 'minio', record('%ZZ')],
  ])('that can be read are not lost for a record beside them: %s', (_, store, bad) => {
    expect(read({ Records: [bad, record('a'), bad, record('b')] }, store)).toEqual([
      undefined,
      { bucket: 'images', key: 'a' },
      undefined,
      { bucket: 'images', key: 'b' },
    ]);
  });

  test.each<[string, StoreKind, unknown]>([
    ['an object of another kind', 'aws', { hello: 'world' }],
    ['a message within a message', 'aws', { Message: JSON.stringify({ Message: JSON.stringify({ Records: [] }) }) }],
    ['an envelope that this sender has not', 'minio', { Message: JSON.stringify({ Records: [] }) }],
    ['a list', 'ceph', []],
  ])('cannot be read: %s', (_, store, body) => {
    expect(read(body, store)).toBeUndefined();
  });

  test('never throw, whatever JSON they are', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom<StoreKind>('aws', ...WEBHOOK_STORES), (json, store) => {
        readStorageEvents(Buffer.from(json), store);
      }),
    );
  });
});
