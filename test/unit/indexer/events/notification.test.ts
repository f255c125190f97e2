import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Pulls, readNotification } from '../../../../src/indexer/events/notification.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

function read(event: unknown, pulls: Pulls = 'Ignore') {
  return readNotification(Buffer.from(JSON.stringify({ events: [event] })), pulls)?.[0];
}

function event(action: string, target: object, more: object = {}) {
  return { id: '1', timestamp: '2026-01-01T00:00:00Z', action, target, ...more };
}

const app = { repository: 'team/app' };

describe('an event of a registry', () => {
  test.each([
    [
      'a push of a tag',
      event('push', { ...app, mediaType: MANIFEST, digest: DIGEST, tag: 'v1' }),
      { kind: 'tag', name: 'team/app', tag: 'v1', expects: { kind: 'digest', digest: DIGEST } },
    ],
    [
      'a push that names no digest of ours',
      event('push', { ...app, mediaType: MANIFEST, digest: 'md5:1', tag: 'v1' }),
      { kind: 'tag', name: 'team/app', tag: 'v1', expects: { kind: 'nothing' } },
    ],
    [
      'a push that somebody else has seen',
      event('push', { ...app, tag: 'v1' }),
      { kind: 'tag', name: 'team/app', tag: 'v1', expects: { kind: 'nothing' } },
    ],
    ['a push of anything', event('push', app), { kind: 'repository', name: 'team/app' }],
    [
      'a deletion of a tag',
      event('delete', { ...app, tag: 'v1' }),
      { kind: 'tag', name: 'team/app', tag: 'v1', expects: { kind: 'absence' } },
    ],
    ['a deletion of a manifest', event('delete', { ...app, digest: DIGEST }), { kind: 'repository', name: 'team/app' }],
    ['a deletion of a repository', event('delete', app), { kind: 'repository', name: 'team/app' }],
    [
      'a deletion as Go writes it, with empty fields',
      event('delete', { ...app, mediaType: '', digest: '', tag: '' }),
      { kind: 'repository', name: 'team/app' },
    ],
  ])('says where to look: %s', (_, sent, hint) => {
    expect(read(sent)).toEqual({ kind: 'hint', hint });
  });

  test.each([
    ['a push of a blob', event('push', { ...app, mediaType: 'application/octet-stream', digest: DIGEST })],
    ['a push of a manifest without a tag', event('push', { ...app, mediaType: MANIFEST, digest: DIGEST })],
    ['a mount of a blob', event('mount', { ...app, digest: DIGEST, fromRepository: 'base' })],
    ['a pull', event('pull', { ...app, digest: DIGEST, tag: 'v1' }, { request: { method: 'GET' } })],
    ['a name outside the grammar', event('push', { repository: '../x', tag: 'v1', digest: DIGEST })],
    ['a name that docker-registry v1 takes', event('push', { repository: 'library/My_App', tag: 'v1' })],
    ['a tag outside the grammar', event('push', { ...app, tag: 'a/b', digest: DIGEST })],
  ])('changes nothing that search shows: %s', (_, sent) => {
    expect(read(sent)).toEqual({ kind: 'ignored' });
  });

  test.each([
    ['an action of a later version', event('archive', { ...app, tag: 'v1' })],
    ['no repository', event('push', { tag: 'v1', digest: DIGEST })],
    ['no target', { action: 'push' }],
    ['no object', 'push'],
    ['nothing', null],
  ])('is counted as unknown: %s', (_, sent) => {
    expect(read(sent)).toEqual({ kind: 'unknown' });
  });

  test('of a pull by GET is a hint where the registry is a cache, one by HEAD is none', () => {
    const pull = (method: string) => event('pull', { ...app, digest: DIGEST, tag: 'v1' }, { request: { method } });
    const hint = { kind: 'tag', name: 'team/app', tag: 'v1', expects: { kind: 'nothing' } };
    expect(read(pull('GET'), 'Hints')).toEqual({ kind: 'hint', hint });
    expect(read(pull('HEAD'), 'Hints')).toEqual({ kind: 'ignored' });
  });

  test('names the process of the registry that sent it', () => {
    expect(read(event('pull', app, { source: { addr: 'r:5000', instanceID: 'i-1' } }))).toEqual({
      kind: 'ignored',
      instanceId: 'i-1',
    });
  });
});

describe('a notification', () => {
  test('has its events read in order, however many', () => {
    const events = Array.from({ length: 1_000 }, (_, at) => event('delete', { ...app, tag: `v${at}` }));
    const read = readNotification(Buffer.from(JSON.stringify({ events })), 'Ignore') ?? [];
    expect(read.map(({ hint }) => hint?.kind === 'tag' && hint.tag)).toEqual(events.map((_, at) => `v${at}`));
  });

  test.each(['', '{', '[]', 'null', '{"events":{}}', '{"Event":"s3:TestEvent"}'])(
    'that is none is said to be none: %s',
    (body) => {
      expect(readNotification(Buffer.from(body), 'Ignore')).toBeUndefined();
    },
  );

  test('never throws, whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.json(), fc.array(fc.anything()), (json, events) => {
        readNotification(Buffer.from(json), 'Hints');
        const sent = JSON.stringify({ events: events.map((target) => ({ action: 'push', target })) }, (_, value) =>
          typeof value === 'bigint' ? `${value}` : value,
        );
        expect(readNotification(Buffer.from(sent), 'Hints')).toHaveLength(events.length);
      }),
    );
  });
});
