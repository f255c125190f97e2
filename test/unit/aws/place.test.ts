import { expect, test } from '@jest/globals';
import { placeOf } from '../../../src/aws/place.ts';

test.each([
  [undefined, 'DynamoDB in eu-west-1'],
  ['http://db:8000/', 'http://db:8000'],
  ['https://user:secret@db.example/path?token=x', 'https://db.example'],
  ['not a URL', 'not a URL'],
])('the place with endpoint %s', (endpoint, place) => {
  expect(placeOf('DynamoDB', { endpoint, region: 'eu-west-1' })).toBe(place);
});
