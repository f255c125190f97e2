import { describe, expect, test } from '@jest/globals';
import { credentialsFrom, keysFrom } from '../../../src/aws/credentials.ts';

const aws = { AWS_ACCESS_KEY_ID: 'aws', AWS_SECRET_ACCESS_KEY: 'aws-secret' };
const dynamodb = { DYNAMODB_ACCESS_KEY: 'ddb', DYNAMODB_SECRET_ACCESS_KEY: 'ddb-secret' };
const v1 = { AWS_KEY: 'v1', AWS_SECRET: 'v1-secret' };
const registry = { REGISTRY_STORAGE_S3_ACCESSKEY: 's3', REGISTRY_STORAGE_S3_SECRETKEY: 's3-secret' };

const keysOf = (variables: Record<string, string>) => {
  const { dynamodb: index, s3 } = keysFrom(variables);
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

  test('are those of a role where one is named, assumed with the keys of each', () => {
    const role = {
      REGISTRY_INDEX_ROLE_ARN: 'arn:aws:iam::123456789012:role/reader',
      REGISTRY_INDEX_ROLE_EXTERNAL_ID: 'c/team/r',
      REGISTRY_INDEX_ROLE_SESSION_NAME: 'search@team.r',
    };
    const assumed = {
      arn: 'arn:aws:iam::123456789012:role/reader',
      externalId: 'c/team/r',
      sessionName: 'search@team.r',
    };
    expect(credentialsFrom({ ...aws, ...dynamodb, ...role })).toEqual({
      dynamodb: { role: assumed, keys: { accessKeyId: 'ddb', secretAccessKey: 'ddb-secret' } },
      s3: { role: assumed, keys: { accessKeyId: 'aws', secretAccessKey: 'aws-secret' } },
    });
    expect(credentialsFrom({ REGISTRY_INDEX_ROLE_ARN: role.REGISTRY_INDEX_ROLE_ARN })).toMatchObject({
      s3: { role: { arn: assumed.arn, externalId: undefined, sessionName: 'registry-index' }, keys: undefined },
    });
  });

  test('of a Secret are keys alone, whatever else it holds', () => {
    expect(keysFrom({ REGISTRY_INDEX_ROLE_ARN: 'arn:aws:iam::123456789012:role/admin' })).toEqual({});
  });
});
