import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Component, labelsOf } from '../../../src/api/names.ts';
import { letThrough, type Peer } from '../../support/chart/network-policy.ts';
import { RELEASE_NAMESPACE, type Rendering, render } from '../../support/chart/render.ts';

const MONITORING = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }];
const PROXY = [{ to: [{ ipBlock: { cidr: '192.0.2.3/32' } }], ports: [{ protocol: 'TCP', port: 3128 }] }];

const on = (policy: object = {}, values: object = {}) => ({
  networkPolicy: { enabled: true, namespaces: ['team'], ...policy },
  ...values,
});
const variants = {
  off: {},
  on: on(),
  scoped: on({ namespaces: [] }, { watchNamespaces: ['team'] }),
  narrow: on({ metricsFrom: MONITORING, searchFrom: MONITORING, eventsFrom: MONITORING, egress: PROXY }),
  minio: on({}, { allowedEndpoints: ['http://minio:9000', 'https://store/folder', 'http://[::1]'] }),
  anyPort: on({}, { allowedEndpoints: ['http://10.0.0.1:*'] }),
  anything: on({}, { allowedEndpoints: ['*'] }),
};

let rendered: Readonly<Record<keyof typeof variants, Rendering>>;

beforeAll(async () => {
  rendered = await render(variants);
});

const operator: Peer = {
  namespace: RELEASE_NAMESPACE,
  labels: {
    'app.kubernetes.io/name': 'registry-index',
    'app.kubernetes.io/instance': 'test',
    'app.kubernetes.io/component': 'operator',
  },
};
const pod = (component: Component, namespace = RELEASE_NAMESPACE): Peer => ({
  namespace,
  labels: labelsOf('images', component),
});
const stranger: Peer = { namespace: 'shop', labels: { app: 'shop' } };
const prometheus: Peer = { namespace: 'monitoring', labels: { app: 'prometheus' } };
const outside: Peer = { address: '198.51.100.7' };
const [agent, agent6, instance]: Peer[] = ['169.254.170.23', 'fd00:ec2::23', '169.254.169.254'].map((address) => ({
  address,
}));

const policiesOf = (variant: keyof typeof variants) =>
  rendered[variant].objects.filter(({ kind }) => kind === 'NetworkPolicy');

test('there are none unless they are wanted', () => {
  expect(policiesOf('off')).toEqual([]);
});

type Case = readonly [variant: keyof typeof variants, from: Peer | undefined, to: Peer | undefined, port: number];

const workers = [pod('backfill'), pod('resync')];
const ours = [operator, pod('search'), pod('indexer'), ...workers, pod('search', 'team'), pod('backfill', 'team')];

describe('what has to work does', () => {
  const needed: readonly Case[] = [
    ...ours.flatMap((from): Case[] => [
      ['on', from, outside, 443],
      ['on', from, outside, 53],
      ['on', from, agent, 80],
      ['on', from, agent6, 80],
      ['on', from, instance, 80],
      ['minio', from, outside, 9000],
      ['minio', from, outside, 80],
      ['anyPort', from, outside, 12_345],
      ['anything', from, outside, 12_345],
      ['narrow', from, { address: '192.0.2.3' }, 3128],
    ]),
    ['on', operator, outside, 6443],
    ['on', operator, pod('search'), 8080],
    ['on', operator, pod('search', 'team'), 8080],
    ['on', pod('indexer'), pod('search'), 9091],
    ['on', stranger, pod('search'), 8080],
    ['on', stranger, pod('indexer'), 8080],
    ['on', stranger, operator, 9090],
    ['narrow', prometheus, operator, 9090],
    ['narrow', prometheus, pod('search'), 9090],
    ['narrow', prometheus, pod('indexer'), 8080],
  ];

  test.each(needed.map((one) => [JSON.stringify(one), one] as const))(
    '%s',
    (_name, [variant, from = {}, to = {}, port]) => {
      expect(letThrough(policiesOf(variant), { from, to, port })).toBe(true);
    },
  );

  test('names are asked for by UDP too', () => {
    for (const from of ours)
      expect(letThrough(policiesOf('on'), { from, to: outside, port: 53, protocol: 'UDP' })).toBe(true);
  });
});

describe('what nobody needs does not', () => {
  const useless: readonly Case[] = [
    ...ours.flatMap((from): Case[] => [
      ['on', from, outside, 22],
      ['on', from, outside, 80],
      ['minio', from, outside, 9001],
    ]),
    ['on', pod('search'), outside, 6443],
    ['on', stranger, pod('search'), 9091],
    ['on', pod('indexer', 'team'), pod('search'), 9091],
    ['on', stranger, pod('backfill'), 9090],
    ['scoped', stranger, pod('search', 'team'), 9091],
    ['scoped', pod('backfill', 'team'), outside, 22],
    ['narrow', stranger, operator, 9090],
    ['narrow', stranger, pod('search'), 8080],
    ['narrow', stranger, pod('search'), 9090],
    ['narrow', stranger, pod('indexer'), 8080],
  ];

  test.each(useless.map((one) => [JSON.stringify(one), one] as const))(
    '%s',
    (_name, [variant, from = {}, to = {}, port]) => {
      expect(letThrough(policiesOf(variant), { from, to, port })).toBe(false);
    },
  );
});
