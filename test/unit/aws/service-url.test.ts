import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { dynamodbUrl, isAwsUrl, isSqsUrl, realRegion, s3Url } from '../../../src/aws/service-url.ts';

const endpoint = undefined;
const bucket = { bucket: 'my-registry', endpoint, forcePathStyle: false };

describe('the regions of AWS lead to AWS', () => {
  test.each([
    'us-east-1',
    'eu-west-1',
    'ap-southeast-7',
    'us-gov-west-1',
    'cn-north-1',
    'eusc-de-east-1',
    'us-iso-east-1',
    'us-isob-east-1',
    'eu-isoe-west-1',
    'us-isof-south-1',
    'fips-us-gov-west-1',
    'us-east-1-fips',
    'eu-nowhere-1',
  ])('%s', (region) => {
    const urls = [dynamodbUrl({ region, endpoint }), s3Url({ region, ...bucket })];
    expect(urls.map((url) => url && isAwsUrl(url))).toEqual([true, true]);
  });

  test('the region local does not', () => {
    const url = dynamodbUrl({ region: 'local', endpoint });
    expect(url?.origin).toBe('http://localhost:8000');
    expect(url && isAwsUrl(url)).toBe(false);
  });

  test.each([
    'https://amazonaws.com.evil.example',
    'https://evilamazonaws.com',
    'http://dynamodb.eu-west-1.amazonaws.com',
    'https://dynamodb.eu-west-1.amazonaws.com:8443',
  ])('%s is not AWS', (url) => {
    expect(isAwsUrl(new URL(url))).toBe(false);
  });
});

describe('a URL leads to SQS', () => {
  test.each([
    'https://sqs.eu-west-1.amazonaws.com/1/a',
    'https://sqs-fips.us-gov-west-1.amazonaws.com/1/a',
    'https://sqs.cn-north-1.amazonaws.com.cn/1/a',
    'https://eu-west-1.queue.amazonaws.com/1/a',
    'https://queue.amazonaws.com/1/a',
    'https://vpce-0a1b-c2.sqs.eu-west-1.vpce.amazonaws.com/1/a',
  ])('%s', (url) => {
    expect(isSqsUrl(new URL(url))).toBe(true);
  });

  test.each([
    'https://sqs.eu-west-1.s3.amazonaws.com/1/a',
    'https://queue.s3.amazonaws.com/1/a',
    'https://a.execute-api.eu-west-1.amazonaws.com/1/a',
    'https://sqs.eu-west-1.amazonaws.com.evil.example/1/a',
    'http://sqs.eu-west-1.amazonaws.com/1/a',
    'https://sqs.eu-west-1.amazonaws.com:8443/1/a',
  ])('but %s does not', (url) => {
    expect(isSqsUrl(new URL(url))).toBe(false);
  });
});

test.each([
  'us-east-1',
  'local',
  'local-fips',
  'fips-local',
  'fips-us-gov-west-1',
  'us-gov-east-1-fips',
  'fips-dkr-prod',
  'fips-prod-us-east-1',
  'fips-aws-global',
  'aws-fips',
  'my-fips-region',
])('region %s is read as the SDK reads it', async (region) => {
  const { config } = new DynamoDBClient({ region });
  expect(realRegion(region)).toEqual({ name: await config.region(), isFips: await config.useFipsEndpoint() });
});

describe('a bucket', () => {
  const at = { region: 'eu-west-1', endpoint: 'http://minio:9000' };

  test('is in front of the host, or in the path', () => {
    expect(s3Url({ ...at, bucket: 'my-registry', forcePathStyle: false })?.href).toBe('http://my-registry.minio:9000/');
    expect(s3Url({ ...at, bucket: 'my-registry', forcePathStyle: true })?.href).toBe('http://minio:9000/my-registry');
  });

  test.each(['evil.example', 'evil.example/', 'evil.example#', 'a@b.c', 'a:80', '..', 'a\\b', 'x--x-s3', '1.2.3.4'])(
    'called %s never leads to another host',
    (name) => {
      for (const forcePathStyle of [true, false]) {
        const hostname = s3Url({ ...at, bucket: name, forcePathStyle })?.hostname ?? 'minio';
        expect(hostname === 'minio' || hostname.endsWith('.minio')).toBe(true);
      }
    },
  );
});
