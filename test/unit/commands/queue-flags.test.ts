import { describe, expect, test } from '@jest/globals';
import type { Source } from '../../../src/api/settings.ts';
import { queueFrom } from '../../../src/commands/queue-flags.ts';

const QUEUE = 'http://elasticmq:9324/1/events';
const MANIFEST = { queueURL: 'http://elasticmq:9324/1/other', region: 'eu-west-3' };
const common = { rootDirectory: '', layout: 'Auto' } as const;
const bucket: Source = {
  ...{ kind: 's3', bucket: 'images', region: 'eu-west-1', endpoint: undefined, forcePathStyle: false, ...common },
};
const folder: Source = { kind: 'directory', path: '/var/lib/registry', ...common };

describe('the queue of a command', () => {
  test('is that of the manifest unless a flag names another', () => {
    expect(queueFrom({}, MANIFEST, bucket)).toEqual({ url: MANIFEST.queueURL, region: 'eu-west-3' });
    expect(queueFrom({ sqsQueueUrl: QUEUE }, MANIFEST, bucket)).toEqual({ url: QUEUE, region: 'eu-west-1' });
    expect(queueFrom({ sqsRegion: 'local' }, MANIFEST, bucket)).toEqual({ url: MANIFEST.queueURL, region: 'local' });
    expect(queueFrom({}, undefined, bucket)).toBeUndefined();
  });

  test('must be one, and of a bucket', () => {
    expect(() => queueFrom({ sqsQueueUrl: 'events' }, undefined, bucket)).toThrow(/is not the URL of a queue/);
    expect(() => queueFrom({ sqsQueueUrl: QUEUE }, undefined, folder)).toThrow(/this is a folder/);
  });
});
