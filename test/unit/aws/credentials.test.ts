import { describe, expect, test } from '@jest/globals';
import { credentialsFrom } from '../../../src/aws/credentials.ts';

const aws = { AWS_ACCESS_KEY_ID: 'aws', AWS_SECRET_ACCESS_KEY: 'aws-secret' };
const dynamodb = { DYNAMODB_ACCESS_KEY: 'ddb', DYNAMODB_SECRET_ACCESS_KEY: 'ddb-secret' };
const v1 = { AWS_KEY: 'v1', AWS_SECRET: 'v1-secret' };
const registry = { REGISTRY_STORAGE_S3_ACCESSKEY: 's3', REGISTRY_STORAGE_S3_SECRETKEY: 's3-secret' };

const keysOf = (variables: Record<string, string>) => {
  const { dynamodb: index, s3 } = credentialsFrom(variables);
  return [index?.accessKeyId, s3?.accessKeyId];
};

describe('credentials of DynamoDB and S3', () => {
  test.each([
    ['nothing', {}, [undefined, undefined]],
    ['those of AWS', aws, ['aws', 'aws']],
    ['those of DynamoDB', dynamodb, ['ddb', undefined]],
    ["the registry's", registry, ['s3', 's3']],
    ['those of AWS and the registry', { ...aws, ...registry }, ['aws', 'aws']],
    ['those of docker-registry v1 and of its successor', { ...v1, ...registry }, ['v1', 'v1']],
    ['all', { ...aws, ...dynamodb, ...registry }, ['ddb', 'aws']],
    ['a key without its secret', { AWS_ACCESS_KEY_ID: 'aws' }, [undefined, undefined]],
    ['an empty secret', { ...aws, AWS_SECRET_ACCESS_KEY: '' }, [undefined, undefined]],
  ])('given %s', (_, variables, expected) => {
    expect(keysOf(variables)).toEqual(expected);
  });

  test('have a session token where there is one', () => {
    const session = { ...aws, AWS_SESSION_TOKEN: 'token' };
    const expected = { accessKeyId: 'aws', secretAccessKey: 'aws-secret', sessionToken: 'token' };
    expect(credentialsFrom(session)).toEqual({ dynamodb: expected, s3: expected });
  });
});
