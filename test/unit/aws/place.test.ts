import { expect, test } from '@jest/globals';
import { placeOf, unknownName } from '../../../src/aws/place.ts';

test.each([
  [undefined, 'DynamoDB in eu-west-1'],
  ['http://db:8000/', 'http://db:8000'],
  ['https://user:secret@db.example/path?token=x', 'https://db.example'],
  ['not a URL', 'not a URL'],
])('the place with endpoint %s', (endpoint, place) => {
  expect(placeOf('DynamoDB', { endpoint, region: 'eu-west-1' })).toBe(place);
});

test.each([
  [undefined, 'no AWS region is called eu-nowhere-9'],
  ['http://db.nowhere:8000/', 'no host is called db.nowhere'],
  ['not a URL', 'no host is called not a URL'],
])('what nobody knows of the place with endpoint %s', (endpoint, name) => {
  expect(unknownName(placeOf('S3', { endpoint, region: 'eu-nowhere-9' }))).toBe(name);
});
