import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import { createRandom, type Random } from '../../support/random.ts';
import { parseLine, type RepositoryLine, readLines, recordOf } from './registry-file.ts';

const REPOSITORIES = 3_000;
const HOST = 'https://gitlab.nordlicht.example';
const NIGHT = '2026-11-28';

/** Groups and subgroups of the forge, as a railway that also carries parcels has them. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  passenger: ['ticketing', 'timetable', 'loyalty', 'onboard', 'stations', 'accessibility'],
  freight: ['tracking', 'customs', 'routing', 'wagons', 'terminals'],
  finance: ['invoicing', 'ledger', 'payroll', 'treasury', 'procurement'],
  people: ['recruiting', 'timesheets', 'learning', 'travel'],
  digital: ['website', 'app', 'newsletter', 'campaigns', 'partner-portal'],
  dataplatform: ['warehouse', 'streaming', 'reporting', 'quality'],
  security: ['siem', 'pki', 'awareness', 'access-reviews'],
  energy: ['metering', 'grid', 'tariffs', 'charging'],
  maintenance: ['workorders', 'spareparts', 'inspections', 'depots'],
  research: ['vision', 'speech', 'simulation'],
};

/** What projects are about, and how they end; a project takes one of each. */
const MATTERS = [
  ...['absence', 'address', 'agency', 'ballast', 'bicycle', 'booking', 'bridge', 'budget', 'capacity', 'carriage'],
  ...['catering', 'claims', 'commuter', 'container', 'contract', 'crew', 'damage', 'departure', 'discount', 'disposal'],
  ...['door', 'driver', 'duty', 'elevator', 'fleet', 'freightcar', 'fuel', 'group', 'handover', 'incident'],
  ...['inventory', 'itinerary', 'journey', 'junction', 'lease', 'lighting', 'locomotive', 'lost-property', 'luggage'],
  ...['manifest', 'mileage', 'noise', 'occupancy', 'pallet', 'parking', 'platform-display', 'punctuality', 'quota'],
  ...['rolling-stock', 'roster', 'season-pass', 'shunting', 'siding', 'signal', 'sleeper', 'supplier', 'switch'],
  ...['tender', 'toll', 'tunnel', 'turnaround', 'vacancy', 'visitor', 'voyage', 'waybill', 'weather', 'wheelset'],
] as const;
const ENDINGS = ['planner', 'registry', 'monitor', 'importer', 'dashboard', 'calculator', 'archive', 'sync'] as const;

/** Images that one project pushes below its own name. */
const PARTS = ['', 'api', 'worker', 'web', 'migrations', 'e2e'] as const;

const BASES = ['java:21', 'java:17', 'node:22', 'python:3.12', 'debian:13', 'nginx:1.27'] as const;

const FIRST_NAMES = [
  ...['aino', 'bent', 'carla', 'dmitri', 'elif', 'farid', 'greta', 'henrik', 'ines', 'jonas', 'katja', 'lars', 'mona'],
  ...['nils', 'olga', 'piet', 'rosa', 'sven', 'tarik', 'ulla', 'viktor', 'wanda', 'yusuf', 'zoe'],
] as const;
const LAST_NAMES = ['aalto', 'berg', 'castro', 'dahl', 'ekman', 'frisch', 'holm', 'ivanov', 'jansen', 'kaya'] as const;

/** What people fork most often: base images and tools, then products. */
const OFTEN_FORKED = /^platform\/(images|ci|charts|observability|data|gateway|identity)\//;

/**
 * The registry of a large forge: what is judged is written down in `forge.tsv`; projects of ten groups, their build
 * caches, previews of branches and the forks of some two hundred people, pushed every night, lie around it. Always the
 * same.
 */
export function forgeRecords(): RepositoryRecord[] {
  const random = createRandom(13);
  const judged = readLines('forge.tsv').map((line) => parseLine(line, HOST));
  const all = new Map(judged.map((line) => [line.name, line]));
  const add = (line: RepositoryLine) => {
    if (!all.has(line.name)) all.set(line.name, line);
  };
  for (const line of projects(random)) add(line);
  for (const line of [...all.values()]) if (isBuilt(line, random)) add(buildCache(line, random));
  const forked = [...judged.filter(({ name }) => OFTEN_FORKED.test(name)), ...products(judged)];
  while (all.size < REPOSITORIES) add(fork(forked[random.below(forked.length)] ?? judged[0], random));
  return [...all.values()].map(recordOf);
}

function products(judged: readonly RepositoryLine[]): RepositoryLine[] {
  return judged.filter(({ name }) => Object.keys(GROUPS).includes(name.split('/')[0] ?? ''));
}

function* projects(random: Random): Iterable<RepositoryLine> {
  for (const [group, subgroups] of Object.entries(GROUPS)) {
    for (const subgroup of subgroups) {
      for (let count = 0; count < 9; count += 1) {
        const project = `${random.pick(MATTERS)}-${random.pick(ENDINGS)}`;
        const base = random.pick(BASES);
        for (const part of PARTS.filter(() => random.next() < 0.5)) {
          yield projectImage({ path: `${group}/${subgroup}/${project}`, part, base }, random);
        }
      }
    }
  }
}

interface ProjectImage {
  readonly path: string;
  readonly part: (typeof PARTS)[number];
  readonly base: string;
}

function projectImage({ path, part, base }: ProjectImage, random: Random): RepositoryLine {
  const name = part === '' ? path : `${path}/${part}`;
  const [, subgroup = '', project = ''] = path.split('/');
  const version = `${random.below(6)}.${random.below(20)}.${random.below(10)}`;
  const words = `${project.replaceAll('-', ' ')} of ${subgroup}${part === '' ? '' : `, ${part}`}`;
  const tags = `${version}@${dayOf(random)} main@${dayOf(random)} feature-NRD-${random.below(9_000)}@${dayOf(random)}`;
  const labels = `title; source=${HOST}/${path}; version=${version}; vendor=Nordlicht; team=${subgroup}; base=registry.nordlicht.example/platform/images/${base}`;
  const summary = random.next() < 0.6 ? `${words[0]?.toUpperCase()}${words.slice(1)}` : '';
  return parseLine([name, 'image', 'amd64', tags, labels, summary].join('\t'), HOST);
}

function isBuilt({ name, types }: RepositoryLine, random: Random): boolean {
  return types[0] === 'image' && !name.startsWith('dependency-proxy/') && random.next() < 0.2;
}

/** What pipelines keep for the next build: one tag a branch. */
function buildCache({ name }: RepositoryLine, random: Random): RepositoryLine {
  const tags = `main@${NIGHT} feature-NRD-${random.below(9_000)}@${dayOf(random)} renovate-${random.pick(MATTERS)}@${dayOf(random)}`;
  return parseLine([`${name}/cache`, 'image', '-', tags, '', ''].join('\t'), HOST);
}

/** A copy in a person's own namespace, with texts and labels as they were, pushed last night. */
function fork(line: RepositoryLine | undefined, random: Random): RepositoryLine {
  if (!line) throw new Error('there is nothing to fork');
  const owner = `${random.pick(FIRST_NAMES)}.${random.pick(LAST_NAMES)}`;
  const path = line.name.split('/').slice(random.next() < 0.5 ? -1 : 1);
  const kept = line.tags.slice(-2).map((tag) => `${tag.split('@')[0]}@${NIGHT}`);
  return { ...line, name: ['users', owner, ...path].join('/'), tags: [...kept, `main@${NIGHT}`, `nightly@${NIGHT}`] };
}

function dayOf(random: Random): string {
  return `2026-${String(2 + random.below(10)).padStart(2, '0')}-${String(1 + random.below(28)).padStart(2, '0')}`;
}
