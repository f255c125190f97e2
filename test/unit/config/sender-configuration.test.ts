import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { RegistryIndexSpec } from '../../../src/api/generated.ts';
import { senderConfiguration } from '../../../src/config/sender-configuration.ts';

const TOKEN = { name: 'registry-token', key: 'token' };
const SECRET = { name: 'webhook', key: 'path' };

function printed(notifications: RegistryIndexSpec['notifications'], url?: string): string {
  const spec = { bucket: 'images', ...(notifications ? { notifications } : {}) };
  return senderConfiguration({ name: 'images', namespace: 'team', spec }, url);
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

  test('names an address for each store, with the secret by name, and the bucket', () => {
    const text = printed({ webhookSecretRef: SECRET }, 'https://hooks.acme.example/index/');
    for (const store of ['minio', 'ceph', 'versitygw'])
      expect(text).toContain(`https://hooks.acme.example/index/events/${store}/<path of Secret webhook>`);
    expect(text).toContain('mc event add <alias>/images');
    expect(text).not.toContain('REGISTRY_NOTIFICATIONS_ENDPOINTS');
  });

  test('is nothing for a manifest without notifications, and says so', () => {
    expect(() => printed(undefined)).toThrow(/no spec.notifications/);
  });
});
