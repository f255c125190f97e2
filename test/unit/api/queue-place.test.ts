import { describe, expect, test } from '@jest/globals';
import { mistakeInQueue, queuePlace } from '../../../src/api/queue-place.ts';

describe('the region of a queue', () => {
  test.each([
    ['https://sqs.eu-central-1.amazonaws.com/1/events', undefined, 'eu-central-1'],
    ['https://eu-central-1.queue.amazonaws.com/1/events', undefined, 'eu-central-1'],
    ['https://vpce-0a-1b.sqs.eu-central-1.vpce.amazonaws.com/1/events', undefined, 'eu-central-1'],
    ['http://elasticmq:9324/1/events', undefined, 'eu-west-1'],
    ['http://elasticmq:9324/1/events', 'local', 'local'],
  ])('of %s with the region %s is %s', (queueURL, region, expected) => {
    const queue = { queueURL, ...(region ? { region } : {}) };
    expect(queuePlace(queue, 'eu-west-1')).toEqual({ url: queueURL, region: expected });
  });
});

describe('a queue', () => {
  test.each(['https://sqs.eu-west-1.amazonaws.com/1/events', 'http://localhost:4566/000000000000/events'])(
    'may be %s',
    (queueURL) => {
      expect(mistakeInQueue({ queueURL })).toBeUndefined();
    },
  );

  test.each([
    ['events', 'is not the URL of a queue, such as https://sqs.'],
    ['https://sqs.eu-west-1.amazonaws.com', 'is not the URL of a queue'],
    ['https://sqs.eu-west-1.amazonaws.com/1/events?x=y', 'is not the URL of a queue'],
    ['ftp://host/1/events', 'is not the URL of a queue'],
    ['https://me:secret@host/1/events', 'holds a user name or a password'],
    ['arn:aws:sqs:eu-west-1:123:events', 'write https://sqs.eu-west-1.amazonaws.com/123/events'],
  ])('that is %s is a mistake, which a sentence explains', (queueURL, says) => {
    expect(mistakeInQueue({ queueURL })).toContain(says);
    expect(mistakeInQueue({ queueURL })).not.toContain('secret');
  });

  test('is not in another region than its URL says', () => {
    const queueURL = 'https://sqs.eu-west-1.amazonaws.com/1/events';
    expect(mistakeInQueue({ queueURL, region: 'us-east-1' })).toContain('is not eu-west-1, where queueURL is');
    expect(mistakeInQueue({ queueURL, region: 'eu-west-1' })).toBeUndefined();
  });
});
