import { createHash } from 'node:crypto';
import type { RepositoryRecord, TagEntry } from '../../../src/dynamodb/records/record.ts';
import { searchRecord } from '../search/search-records.ts';

/** When the pages of tests are looked at. */
export const NOW_MS = Date.parse('2026-11-28T12:00:00Z');

const HOUR_MS = 3_600_000;
const OCI = 'org.opencontainers.image.';
const BOTH = ['linux/amd64', 'linux/arm64'];

interface Listed {
  readonly name: string;
  readonly summary?: string;
  /** Each with how many hours ago it was pushed; `=` after a tag gives it the digest of another. */
  readonly tags: Readonly<Record<string, number>>;
  readonly same?: Readonly<Record<string, string>>;
  readonly platforms?: readonly string[];
  readonly type?: string;
  readonly marks?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  /** Of the versions of a chart. */
  readonly appVersions?: Readonly<Record<string, string>>;
}

const LISTED: readonly Listed[] = [
  {
    name: 'payments/payment-api',
    summary: 'Public API of payments: cards, banks and refunds',
    tags: { '2.14.0': 3, '2.13.2': 144, '2.13.1': 340, '2.10.0': 2_100, '2.9.4': 2_900, '2.9.3': 3_200 },
    same: { latest: '2.14.0', '2.14': '2.14.0', '2.13': '2.13.2' },
    marks: ['signature', 'sbom'],
    labels: {
      team: 'payments',
      tier: '1',
      [`${OCI}base.name`]: 'registry.acme.example/base/node:22',
      [`${OCI}source`]: 'https://git.acme.example/payments/payment-api',
      [`${OCI}version`]: '2.14.0',
      [`${OCI}licenses`]: 'Apache-2.0',
      [`${OCI}revision`]: '9f2c1e0aa8d2c5b3',
      [`${OCI}readme`]:
        'payment-api\n===========\n\nTakes cards and bank payments, and gives refunds.\n\n    docker run -p 8080:8080 registry.acme.example/payments/payment-api\n\nWrite to payments@acme.example before you change what it answers.',
    },
  },
  {
    name: 'payments/payment-worker',
    summary: 'Settles payments over night',
    tags: { '2026.47': 26, '2026.46': 190 },
    marks: ['signature'],
    labels: { team: 'payments', [`${OCI}base.name`]: 'registry.acme.example/base/node:22' },
  },
  {
    name: 'payments/payment-gateway',
    summary: 'Talks to card networks',
    tags: { '1.9.2': 121 },
    platforms: ['linux/amd64'],
    labels: { team: 'payments' },
  },
  {
    name: 'payments/fraud/model-server',
    summary:
      'Scores how likely a payment is fraud, served on Triton with a model that is trained anew each night on the transactions of the last ninety days',
    tags: { v31: 290 },
    type: 'application/vnd.acme.model.v1',
    platforms: [],
    labels: { team: 'risk' },
  },
  {
    name: 'payments/fraud/trainer',
    summary: 'Trains the fraud model on GPUs',
    tags: { '2026.2': 300 },
    platforms: ['linux/amd64'],
    labels: { team: 'risk' },
  },
  {
    name: 'checkout/very-long-namespace-of-a-team/and-another-level/mock-payment-provider-for-integration-tests',
    tags: { latest: 6_000 },
    platforms: ['linux/arm64/v8', 'windows/amd64'],
    labels: { 'com.acme.deprecated': 'true' },
  },
  {
    name: 'checkout/cart',
    summary: 'Keeps what customers are about to buy',
    tags: { '1.9.0': 50, latest: 50 },
    labels: { team: 'shop' },
  },
  {
    name: 'charts/payments',
    summary: 'Installs payments and all they need',
    tags: { '1.4.0': 80, '1.3.9': 800 },
    type: 'helm',
    platforms: [],
    appVersions: { '1.4.0': '2.14.0', '1.3.9': '2.10.0' },
    labels: {
      team: 'payments',
      [`${OCI}version`]: '1.4.0',
      [`${OCI}url`]: 'https://payments.acme.example',
      [`${OCI}authors`]: 'Payments team (payments@acme.example)',
      'helm.sh/appVersion': '2.14.0',
      'helm.sh/kubeVersion': '>=1.28.0-0',
      'helm.sh/dependencies': 'postgresql 16.x.x, redis 20.1.0',
      'helm.sh/keywords': 'payments, cards',
      'helm.sh/icon': 'https://payments.acme.example/icon.svg',
    },
  },
  {
    name: 'base/node',
    summary: 'Node.js on our base image',
    tags: { '22': 60, '24': 60 },
    labels: { team: 'platform' },
  },
  {
    name: 'base/debian',
    summary: 'Base image with our certificates',
    tags: { '12': 700, '13': 90 },
    labels: { team: 'platform' },
  },
  {
    name: 'platform/gateway',
    summary: 'Lets requests in',
    tags: { '1.31.0': 9 },
    marks: ['signature', 'attestation'],
    labels: { team: 'platform' },
  },
  {
    name: 'platform/auth',
    summary: 'Log in, log out, tokens',
    tags: { '4.2.0': 400 },
    platforms: ['linux/amd64'],
    labels: { team: 'platform' },
  },
  {
    name: 'ci/windows-runner',
    summary: 'Runs pipelines on Windows',
    tags: { '17.5.0': 500 },
    platforms: ['windows/amd64'],
    labels: { team: 'platform' },
  },
  { name: 'hr/salaries', summary: 'What everybody earns', tags: { '1.0': 20 }, labels: { team: 'people' } },
];

/** The registry of a company, as pages show it. */
export function pageRecords(): RepositoryRecord[] {
  return LISTED.map(recordOf);
}

function recordOf({
  name,
  summary,
  tags,
  same = {},
  platforms = BOTH,
  type = 'image',
  marks = [],
  labels = {},
  appVersions = {},
}: Listed) {
  const entry = (tag: string, of: string): TagEntry => {
    const pushedAtMs = NOW_MS - (tags[of] ?? 0) * HOUR_MS;
    const image = { sizeBytes: sizeFor(type, `${name}:${of}`), createdAtMs: pushedAtMs - HOUR_MS / 4 };
    const chart = { name: name.split('/').at(-1) ?? '', version: of, appVersion: appVersions[of] };
    return {
      ...{ name: tag, digest: digestFor(`${name}:${of}`), pushedAtMs, platforms, ...image },
      ...(type === 'helm' && { chart }),
    };
  };
  const entries = [
    ...Object.keys(tags).map((tag) => entry(tag, tag)),
    ...Object.entries(same).map(([tag, of]) => entry(tag, of)),
  ].sort((one, other) => (one.name < other.name ? -1 : 1));
  return searchRecord(name, {
    ...{ summary, labels, platforms, types: [type], referrers: [...marks].sort(), tags: entries },
    representative: Object.keys(tags)[0],
    pushedAtMs: Math.max(...entries.map(({ pushedAtMs }) => pushedAtMs)),
  });
}

/** Bytes that are always the same ones: tens of megabytes, and of a chart some kilobytes. */
function sizeFor(type: string, text: string): number {
  const number = Number.parseInt(digestFor(text).slice(-6), 16);
  return type === 'helm' ? 9_000 + (number % 20_000) : 30_000_000 + 8 * number;
}

/** Some digest that is always the same one. */
export function digestFor(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
