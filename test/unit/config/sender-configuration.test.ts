import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { RegistryIndexSpec } from '../../../src/api/generated.ts';
import { senderConfiguration } from '../../../src/config/sender-configuration.ts';
import { WEBHOOK_STORES } from '../../../src/indexer/events/storage-event.ts';
import { objectFilter } from '../../../src/storage/object-filter.ts';

const TOKEN = { name: 'registry-token', key: 'token' };
const SECRET = { name: 'webhook', key: 'path' };

function printed(
  notifications: RegistryIndexSpec['notifications'],
  url?: string,
  storage: RegistryIndexSpec['storage'] = {},
): string {
  const spec = { bucket: 'images', storage, ...(notifications ? { notifications } : {}) };
  return senderConfiguration({ name: 'images', namespace: 'team', spec }, { filter: objectFilter(spec), url });
}

describe('what to configure for notifications', () => {
  test('is the YAML of a registry, with units, the token by name, and without noise', () => {
    expect(parse(printed({ tokenSecretRef: TOKEN }))).toEqual({
      notifications: {
        endpoints: [
          {
            name: 'registry-index',
            url: 'http://images-indexer.team.svc:8080/notifications',
            headers: { Authorization: ['Bearer <token of Secret registry-token>'] },
            timeout: '2s',
            threshold: 5,
            backoff: '1s',
            ignore: { mediatypes: ['application/octet-stream'], actions: ['pull'] },
          },
        ],
      },
    });
  });

  test('has the pulls of a cache sent', () => {
    const { notifications } = parse(printed({ tokenSecretRef: TOKEN, pulls: 'Hints' }));
    expect(notifications.endpoints[0].ignore).toEqual({ mediatypes: ['application/octet-stream'] });
  });

  test('is the same list as an environment variable', () => {
    const text = printed({ tokenSecretRef: TOKEN });
    const variable = text.slice(text.indexOf('REGISTRY_NOTIFICATIONS_ENDPOINTS')).split('\n').slice(1);
    const list = parse(variable.map((line) => line.replace(/^# {3}/, '')).join('\n'));
    expect(list).toEqual(parse(text).notifications.endpoints);
  });

  test.each(['http://10.0.0.7:8082', 'http://10.0.0.7:8082/', 'http://10.0.0.7:8082/notifications'])(
    'leads to /notifications once below %s',
    (url) => {
      const { notifications } = parse(printed({ tokenSecretRef: TOKEN }, url));
      expect(notifications.endpoints[0].url).toBe('http://10.0.0.7:8082/notifications');
    },
  );

  test.each(['docs/notifications.md', 'crds/registryindex.yaml'])('is said of each store in %s', (file) => {
    const text = readFileSync(file, 'utf8').toLowerCase();
    expect(WEBHOOK_STORES.filter((store) => !text.includes(store))).toEqual([]);
  });

  test('names an address for each store, with the secret by name, and the bucket', () => {
    const text = printed({ webhookSecretRef: SECRET }, 'https://hooks.acme.example/index/');
    for (const store of WEBHOOK_STORES)
      expect(text).toContain(`https://hooks.acme.example/index/events/${store}/<path of Secret webhook>`);
    const filter = '--prefix docker/registry/v2/repositories/ --suffix /current/link';
    expect(text).toContain(
      `mc event add <alias>/images arn:minio:sqs::REGISTRYINDEX:webhook --event put,delete ${filter}`,
    );
    expect(text).not.toContain('REGISTRY_NOTIFICATIONS_ENDPOINTS');
  });

  test('sends nothing that is meant for Ceph to AWS, and shows no secret among the arguments of versitygw', () => {
    const text = printed({ webhookSecretRef: SECRET });
    for (const [line] of text.matchAll(/^# aws .*$/gm)) expect(line).toContain('--endpoint-url <URL of Ceph>');
    expect(text).toMatch(/^VGW_EVENT_WEBHOOK_URL=http:.*\/events\/versitygw\/<path of Secret webhook>$/m);
  });

  test.each([
    [{}, 'registry/repositories/ or repositories/'],
    [{ rootDirectory: '/some/where' }, 'some/where/repositories/'],
    [{ layout: 'V1' }, 'repositories/'],
    [{ layout: 'V1', rootDirectory: 'old' }, undefined],
    [{ layout: 'V2' }, undefined],
  ] as const)('names where docker-registry v1 would be as well, with %j', (storage, prefix) => {
    const sqs = { queueURL: 'https://sqs.eu-central-1.amazonaws.com/123456789012/registry-events' };
    for (const notifications of [{ webhookSecretRef: SECRET }, { sqs }]) {
      const [, named] =
        /v1 in the same place has the prefix (.*) and no suffix/.exec(printed(notifications, undefined, storage)) ?? [];
      expect(named).toBe(prefix);
    }
  });

  test('holds a folder of any name: quoted for a shell, and encoded for AWS', () => {
    const storage = { rootDirectory: "it's here=1" };
    expect(printed({ webhookSecretRef: SECRET }, undefined, storage)).toContain(
      "--prefix 'it'\\''s here=1/docker/registry/v2/repositories/' --suffix",
    );
    const sqs = { queueURL: 'https://sqs.eu-central-1.amazonaws.com/123456789012/registry-events' };
    expect(printed({ sqs }, undefined, storage)).toContain(`"it's%20here%3D1/docker/registry/v2/repositories/"`);
  });

  describe('of an SQS queue', () => {
    const sqs = { queueURL: 'https://sqs.eu-central-1.amazonaws.com/123456789012/registry-events' };
    const ARN = 'arn:aws:sqs:eu-central-1:123456789012:registry-events';

    /** The three texts of JSON in it. */
    const parts = (text: string) =>
      [...text.matchAll(/^\{\n[\s\S]*?^\}$/gm)].map(([json]): Record<string, unknown> => JSON.parse(json));

    test('is who may send to it, from which bucket alone, and where it gives up', () => {
      const [attributes] = parts(printed({ sqs }));
      expect(JSON.parse(String(attributes?.Policy))).toEqual({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 's3.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: ARN,
            Condition: {
              ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::images' },
              StringEquals: { 'aws:SourceAccount': '123456789012' },
            },
          },
        ],
      });
      expect(JSON.parse(String(attributes?.RedrivePolicy))).toEqual({
        deadLetterTargetArn: `${ARN}-dead-letters`,
        maxReceiveCount: 5,
      });
    });

    test.each([
      [{}, 'docker/registry/v2/repositories/', '/current/link'],
      [{ rootDirectory: '/some/where/' }, 'some/where/docker/registry/v2/repositories/', '/current/link'],
      [{ layout: 'V1' }, 'registry/repositories/', undefined],
      [{ layout: 'V1', rootDirectory: 'old' }, 'old/repositories/', undefined],
    ] as const)('is what the bucket sends to it, with %j', (storage, prefix, suffix) => {
      const [, notifications] = parts(printed({ sqs }, undefined, storage));
      const FilterRules = [{ Name: 'prefix', Value: prefix }, ...(suffix ? [{ Name: 'suffix', Value: suffix }] : [])];
      const Events = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:LifecycleExpiration:*'];
      expect(notifications).toEqual({
        QueueConfigurations: [{ Id: 'registry-index', QueueArn: ARN, Events, Filter: { Key: { FilterRules } } }],
      });
    });

    test('is what the indexer may do with it', () => {
      const [, , statement] = parts(printed({ sqs }));
      const actions = ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'];
      const Action = actions.map((action) => `sqs:${action}`);
      expect(statement).toEqual({ Effect: 'Allow', Action, Resource: ARN });
    });

    test('is in the partition of its region', () => {
      const china = { queueURL: 'https://sqs.cn-north-1.amazonaws.com.cn/1/events' };
      expect(printed({ sqs: china })).toContain('"QueueArn": "arn:aws-cn:sqs:cn-north-1:1:events"');
    });

    test('is refused with what to mend where it is none', () => {
      expect(() => printed({ sqs: { queueURL: ARN } })).toThrow(/is the ARN of a queue: write https/);
    });
  });

  test('is nothing for a manifest without notifications, and says so', () => {
    expect(() => printed(undefined)).toThrow(/no spec.notifications/);
  });
});
