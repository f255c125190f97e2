import { type Artefact, helmChart, image, signature, tagged, typed } from './artefacts.ts';

export interface SampleTag {
  readonly repository: string;
  readonly tag: string;
  readonly pushedAt: Date;
  readonly artefact: Artefact;
}

interface Service {
  readonly name: string;
  readonly about: string;
  readonly team: string;
  readonly versions: readonly string[];
  readonly platforms?: readonly string[];
}

const TITLE = 'org.opencontainers.image.title';
const DESCRIPTION = 'org.opencontainers.image.description';
const SOURCE = 'org.opencontainers.image.source';
const AMD64 = ['linux/amd64'];
const BOTH = ['linux/amd64', 'linux/arm64/v8'];

/** The registry of a small company: nested names, several platforms, charts, bases, old versions. */
const SERVICES: readonly Service[] = [
  {
    name: 'payments/api',
    about: 'Takes card and bank payments',
    team: 'payments',
    versions: ['1.0.0', '1.1.0', '2.0.0', 'latest'],
    platforms: BOTH,
  },
  {
    name: 'payments/worker',
    about: 'Settles payments over night',
    team: 'payments',
    versions: ['1.0.0', '1.2.3', 'latest'],
  },
  {
    name: 'payments/fraud/model',
    about: 'Scores how likely a payment is fraud',
    team: 'risk',
    versions: ['2026.1', '2026.2'],
  },
  { name: 'payments/fraud/trainer', about: 'Trains the fraud model on GPUs', team: 'risk', versions: ['2026.2'] },
  {
    name: 'shop/web',
    about: 'The storefront',
    team: 'shop',
    versions: ['3.4.0', '3.4.1', '3.5.0', 'latest'],
    platforms: BOTH,
  },
  { name: 'shop/cart', about: 'Keeps what customers are about to buy', team: 'shop', versions: ['1.9.0', 'latest'] },
  { name: 'shop/search', about: 'Finds products', team: 'shop', versions: ['0.8.0', '0.9.0'] },
  { name: 'shop/recommendations', about: 'Suggests what else to buy', team: 'data', versions: ['5.0.0'] },
  { name: 'shop/emails', about: 'Writes to customers', team: 'shop', versions: ['1.0.0', 'latest'] },
  { name: 'shop-admin', about: 'Back office of the shop', team: 'shop', versions: ['2.2.0', 'latest'] },
  { name: 'shop', about: 'Everything of the shop in one image, for demos', team: 'shop', versions: ['demo'] },
  {
    name: 'platform/gateway',
    about: 'Lets requests in',
    team: 'platform',
    versions: ['1.30.0', '1.31.0', 'latest'],
    platforms: BOTH,
  },
  { name: 'platform/auth', about: 'Log in, log out, tokens', team: 'platform', versions: ['4.2.0', 'latest'] },
  { name: 'platform/audit-log', about: 'Remembers who did what', team: 'platform', versions: ['1.0.0'] },
  { name: 'platform/feature-flags', about: 'Turns things on and off', team: 'platform', versions: ['0.3.0', 'latest'] },
  { name: 'platform/cron', about: 'Runs jobs on time', team: 'platform', versions: ['2.0.0'] },
  { name: 'platform/dns', about: 'Names for services', team: 'platform', versions: ['1.11.3'], platforms: BOTH },
  {
    name: 'base/debian',
    about: 'Base image with our certificates',
    team: 'platform',
    versions: ['12', '13', 'latest'],
    platforms: BOTH,
  },
  {
    name: 'base/node',
    about: 'Node.js on our base',
    team: 'platform',
    versions: ['22', '24', 'latest'],
    platforms: BOTH,
  },
  { name: 'base/java', about: 'OpenJDK on our base', team: 'platform', versions: ['17', '21'], platforms: BOTH },
  { name: 'base/python', about: 'CPython on our base', team: 'data', versions: ['3.12', '3.13'], platforms: BOTH },
  {
    name: 'base/nginx',
    about: 'nginx with our defaults',
    team: 'platform',
    versions: ['1.27', 'latest'],
    platforms: BOTH,
  },
  {
    name: 'mirror/library/nginx',
    about: 'Copy of the official nginx image',
    team: 'platform',
    versions: ['1.27.0', 'latest'],
    platforms: BOTH,
  },
  {
    name: 'mirror/library/postgres',
    about: 'Copy of the official PostgreSQL image',
    team: 'platform',
    versions: ['16', '17'],
    platforms: BOTH,
  },
  {
    name: 'mirror/library/redis',
    about: 'Copy of the official Redis image',
    team: 'platform',
    versions: ['7', '8'],
    platforms: BOTH,
  },
  { name: 'data/etl', about: 'Moves tables into the warehouse', team: 'data', versions: ['2026-11-01', '2026-11-15'] },
  { name: 'data/notebooks', about: 'Jupyter with our libraries', team: 'data', versions: ['latest'] },
  { name: 'data/reports', about: 'Monthly reports', team: 'data', versions: ['7.1.0'] },
  { name: 'data/warehouse/loader', about: 'Loads what ETL brings', team: 'data', versions: ['1.4.0', 'latest'] },
  { name: 'ci/builder', about: 'Builds all other images', team: 'platform', versions: ['2026.46', 'latest'] },
  { name: 'ci/runner', about: 'Runs pipelines', team: 'platform', versions: ['17.5.0', 'latest'], platforms: BOTH },
  {
    name: 'ci/windows-runner',
    about: 'Runs pipelines on Windows',
    team: 'platform',
    versions: ['17.5.0'],
    platforms: ['windows/amd64'],
  },
  {
    name: 'tools/kubectl',
    about: 'kubectl and friends for debugging',
    team: 'platform',
    versions: ['1.35', 'latest'],
    platforms: BOTH,
  },
  { name: 'tools/load-test', about: 'Load tests of the shop', team: 'shop', versions: ['0.1.0'] },
  { name: 'tools/backup', about: 'Backs up databases to S3', team: 'platform', versions: ['3.0.0', 'latest'] },
  { name: 'sandbox/anna/hello', about: 'hello world', team: 'shop', versions: ['latest'] },
  { name: 'sandbox/ben/test', about: '', team: 'data', versions: ['1', '2', '3'] },
];

const DAY_MS = 86_400_000;
const NEWEST = Date.parse('2026-11-20T09:00:00Z');

/** Every tag of the sample registry; the same at every call. */
export function sampleTags(): SampleTag[] {
  const images = SERVICES.flatMap((service, age) => tagsOf(service, age));
  return [...images, ...charts(), ...artefacts(), ...signatures(images)];
}

function tagsOf(service: Service, age: number): SampleTag[] {
  const { name, versions } = service;
  return versions.map((tag, position) => {
    const behind = versions.length - 1 - position;
    const pushedAt = new Date(NEWEST - age * DAY_MS - behind * 7 * DAY_MS);
    const version = tag === 'latest' ? (versions[position - 1] ?? tag) : tag;
    return { repository: name, tag, pushedAt, artefact: imageOf(service, version, pushedAt) };
  });
}

function imageOf({ name, about, team, platforms = AMD64 }: Service, version: string, created: Date): Artefact {
  const texts = {
    [TITLE]: name.split('/').at(-1) ?? name,
    ...(about ? { [DESCRIPTION]: about } : {}),
    [SOURCE]: `https://git.example.com/${name}`,
    'org.opencontainers.image.version': version,
  };
  const single = platforms.length === 1;
  return image({
    platforms,
    created,
    content: `${name} ${version}`,
    labels: { team, ...(single ? texts : {}) },
    ...(single ? {} : { annotations: { ...texts, team } }),
  });
}

function charts(): SampleTag[] {
  return ['0.9.0', '1.0.0'].map((version, position) => ({
    repository: 'charts/shop',
    tag: version,
    pushedAt: new Date(NEWEST - (3 - position) * DAY_MS),
    artefact: helmChart({
      apiVersion: 'v2',
      name: 'shop',
      version,
      appVersion: '3.5.0',
      description: 'Installs the whole shop, payments included',
      keywords: ['shop', 'payments'],
      home: 'https://git.example.com/charts/shop',
    }),
  }));
}

function artefacts(): SampleTag[] {
  const artefact = typed('application/vnd.example.policy.v1+rego', 'package admission');
  return [{ repository: 'policies/admission', tag: 'v1', pushedAt: new Date(NEWEST - 30 * DAY_MS), artefact }];
}

/** The tag of cosign's signature, which has the digest of the signed manifest. */
function signatures(images: readonly SampleTag[]): SampleTag[] {
  const signed = images.filter(({ repository, tag }) => repository === 'payments/api' && tag === '2.0.0');
  return signed.map(({ repository, pushedAt, artefact }) => {
    const subject = tagged(artefact);
    return { repository, tag: `${subject.digest.replace(':', '-')}.sig`, pushedAt, artefact: signature(subject) };
  });
}
