import { availableParallelism } from 'node:os';
import type { Distribution } from '../support/distribution.ts';
import type { Goal } from '../support/goals.ts';
import { markdownTable } from '../support/markdown.ts';
import type { CostFigures, EventCost } from './cost.ts';
import { partsOf } from './cpu-shares.ts';
import type { Acknowledged, EventFigures } from './events.ts';
import type { FollowedPush } from './follow.ts';
import type { IdleFigures } from './idle.ts';
import type { LagFigures, PushFigures } from './lag.ts';
import { type Changes, type NudgeFigures, REQUESTS_A_SECOND } from './nudges.ts';

const ms = (value: number) => `${Math.round(value)} ms`;
const spread = ({ p50Ms, p99Ms, maxMs }: Distribution) => [ms(p50Ms), ms(p99Ms), ms(maxMs)];

export interface LagReport {
  /** Repositories of the index. */
  readonly size: number;
  readonly all: readonly LagFigures[];
  /** The same pushes of which nobody is told. */
  readonly floor: PushFigures;
  /** How many times as long this machine takes as the one that the rates are set for. */
  readonly slowness: number;
}

export function lagSection({ size, all, floor, slowness }: LagReport): string {
  const rows = all.map(({ perSecond, pushesPerSecond, way, found, indexerMs, nudgesNotTaken }) => [
    ...[way, perSecond, pushesPerSecond.toFixed(1), ms(indexerMs), way === 'nudge' ? nudgesNotTaken : ''],
    ...[found.count, ...spread(found)],
  ]);
  const columns = [
    'way',
    'pushes/s wanted',
    'taken',
    'event to write, mean',
    'nudges not taken',
    'hits',
    'p50',
    'p99',
    'max',
  ];
  return `## From the registry's 201 to a hit, ${size.toLocaleString('en')} repositories

Registry 3.1 and the indexer, two of each, versitygw, DynamoDB Local, and three replicas that are nudged, all on this machine; then one that
no nudge reaches. The same query is asked every 50 ms on each replica, for some of the pushes, and every 250 ms after a second. A registry sends one event after another: when acknowledging
one takes longer than pushes are apart, they queue there. Before anything is measured, half a minute of pushes at the highest rate has V8 and the Java VM
compile what runs often. What a resync finds is as old as resyncs are apart.${slowText(slowness)}

${markdownTable(columns, rows)}

${slowestTable(all)}

${cpuTable(all, floor)}`;
}

function slowText(slowness: number): string {
  if (slowness === 1) return '';
  return ` This machine
takes ${slowness.toFixed(1)} times as much CPU for a push of which nobody is told as the one that the rates are set for: it gets as many times fewer at the highest rate.`;
}

function nudged(all: readonly LagFigures[]): readonly LagFigures[] {
  return all.filter(({ way }) => way === 'nudge');
}

/** Which part of the way a late push was late on. */
function slowestTable(all: readonly LagFigures[]): string {
  const rowOf = (perSecond: number, { toldMs, writtenMs, hitsMs }: FollowedPush) => [
    perSecond,
    ...[toldMs, writtenMs].map((value) => (value === undefined ? '' : ms(value))),
    hitsMs.map(ms).join(', '),
  ];
  const rows = nudged(all).flatMap(({ perSecond, slowest }) => slowest.map((push) => rowOf(perSecond, push)));
  return `The pushes that a replica has found last by nudges, from the registry's 201; a registry sends its event before. A time is left out where
the repository was written once more before it could be looked at.

${markdownTable(['pushes/s wanted', 'event taken', 'written', 'found on each replica'], rows)}`;
}

/** Where the time goes when there are more pushes than this machine has CPU for. */
function cpuTable(all: readonly LagFigures[], floor: PushFigures): string {
  const byNudge = nudged(all);
  const kinds = [...new Set(byNudge.flatMap(({ cpu }) => Object.keys(cpu)))];
  const cores = availableParallelism();
  const most = ({ cpu, pushes }: PushFigures) => Math.floor((cores * pushes) / partsOf(cpu).all);
  const rowOf = ({ cpu, stolen, pushes, seconds }: PushFigures, what: string | number) => {
    const parts = partsOf(cpu);
    const aPush = [...kinds.map((kind) => cpu[kind] ?? 0), parts.ours, parts.all];
    const perPush = aPush.map((used) => ((1_000 * used) / pushes).toFixed(1));
    return [what, ...perPush, `${(parts.all / seconds).toFixed(2)} of ${cores}`, (stolen / seconds).toFixed(2)];
  };
  const rows = byNudge.map((each) => rowOf(each, each.perSecond));
  rows.push(rowOf(floor, `${floor.perSecond}, of which nobody is told`));
  return `CPU for each push, in milliseconds, cores in use, and cores that the host of this machine has given to others although they were wanted: the registries, store and tables of this benchmark are on the same machine, and so are those
who push and ask. Ours are the indexers and the three of search, which are asked meanwhile, and read the feed each second. The last row is the same pushes to registries without
notifications: what the machine has left there is what all the others share. By what a push costs at the highest rate, ${cores} cores take ${byNudge.slice(-1).map(most)} of them a second at most,
and ${most(floor)} of which nobody is told: beyond that events queue in the registries, and the longer it lasts the later a push is found.

${markdownTable(['pushes/s wanted', ...kinds, 'ours', 'all', 'cores', 'stolen'], rows)}`;
}

export function lagGoals({ size, all, slowness }: LagReport): Goal[] {
  return nudged(all).flatMap(({ nominal, perSecond, found }) => {
    const name = `${size.toLocaleString('en')} repositories, ${nominal} pushes/s`;
    const measured =
      perSecond === nominal ? undefined : `${perSecond} on this machine, ${slowness.toFixed(2)} times as slow`;
    return [
      { name: `push to hit p99, ${name}`, figure: found.p99Ms, wanted: { atMost: 1_000 }, unit: 'ms', measured },
      { name: `push to hit median, ${name}`, figure: found.p50Ms, wanted: { atMost: 400 }, unit: 'ms', measured },
    ];
  });
}

export function idleSection({ firstPush, nudgedHour, unnudgedHour, dollarsAMonth }: IdleFigures): string {
  const rows = [
    ['nudged', Math.round(nudgedHour.requests), Math.round(nudgedHour.units), `$${dollarsAMonth.toFixed(2)}`],
    ['not nudged', Math.round(unnudgedHour.requests), Math.round(unnudgedHour.units), ''],
  ];
  return `## After silence

An hour of silence is simulated by its state: the replicas read the feed as seldom as they do after ten quiet minutes, and each push comes 12 s
and more after the one before, when addresses and the ownership record have to be read again. What an hour costs is a minute times 60 and one
comparison of the whole feed.

First push: median ${ms(firstPush.p50Ms)}, longest ${ms(firstPush.maxMs)}, of ${firstPush.count} hits.

${markdownTable(['replica', 'requests an hour', 'read units an hour', 'a month'], rows)}`;
}

export function idleGoals({ firstPush, dollarsAMonth }: IdleFigures): Goal[] {
  return [
    { name: 'first push after silence, longest', figure: firstPush.maxMs, wanted: { atMost: 1_000 }, unit: 'ms' },
    { name: 'first push after silence, median', figure: firstPush.p50Ms, wanted: { atMost: 400 }, unit: 'ms' },
    { name: 'idle reads a month and replica', figure: dollarsAMonth, wanted: { atMost: 1 }, unit: '$' },
  ];
}

export function eventSection({ pushes, pulls, floor, readsPerThousand }: EventFigures): string {
  const rowOf = (what: string, { perSecond, after: { p50Ms, p99Ms, maxMs } }: Acknowledged) => [
    what,
    Math.round(perSecond),
    ...[p50Ms, p99Ms, maxMs].map((value) => `${value.toFixed(1)} ms`),
  ];
  const rows = [
    rowOf('pushes, after which the bucket is looked at', pushes),
    rowOf('pulls, which are ignored', pulls),
    rowOf('pulls, to an HTTP server that does nothing', floor),
  ];
  return `## Events

How long one indexer takes to acknowledge an event, a connection each, opening it included. What an empty server takes is the sender's and this machine's.

${markdownTable(['events', 'a second', 'p50', 'p99', 'max'], rows)}

A thousand events within a second about one tag have its repository read ${readsPerThousand} times.`;
}

/** The median of the empty server on the machine that the goal is set for: 2 × AMD EPYC, 2026-11-29. */
const EMPTY_SERVER_P50_MS = 0.8;

export function eventGoals({ pushes, floor, readsPerThousand }: EventFigures): Goal[] {
  const slowness = Math.max(1, floor.after.p50Ms / EMPTY_SERVER_P50_MS);
  const acknowledged = { figure: pushes.after.p99Ms, wanted: { atMost: 5 }, unit: 'ms', slowness };
  return [
    { name: 'acknowledged p99 at 1,000 events/s', ...acknowledged },
    { name: 'reads for 1,000 events of one name', figure: readsPerThousand, wanted: { atMost: 50 } },
  ];
}

export function costSection({ push, later, nudge, largeTags, large }: CostFigures): string {
  const rows = [
    costRow('one push', push),
    costRow('half a minute later', later),
    costRow(`one push, ${largeTags.toLocaleString('en')} tags`, large),
    ['each replica, nudged', '', '', '', '', nudge.reads, nudge.readUnits, 0, 0],
  ];
  const columns = ['', 'ms', 'CPU ms', 'LIST', 'GET', 'table reads', 'read units', 'table writes', 'write units'];
  return `## What a push costs

One indexer and one replica; milliseconds from the registry's 201 until the record is written. Half a minute after the last push a repository is
read as a whole, for what patches leave out; units are those of DynamoDB Local.

${markdownTable(columns, rows)}`;
}

function costRow(what: string, { ms: tookMs, cpuMs, lists, gets, tables }: EventCost): (string | number)[] {
  const { reads, readUnits, writes, writeUnits } = tables;
  return [what, Math.round(tookMs), Math.round(cpuMs), lists, gets, reads, readUnits, writes, writeUnits];
}

export function costGoals({ large, largeTags }: CostFigures): Goal[] {
  const name = `a push to a repository of ${largeTags.toLocaleString('en')} tags`;
  return [
    { name: `${name}: LISTs`, figure: large.lists, wanted: { atMost: 3 } },
    { name: `${name}: until written`, figure: large.ms, wanted: { atMost: 300 }, unit: 'ms' },
  ];
}

const REQUESTS = `${REQUESTS_A_SECOND.toLocaleString('en')} requests/s`;

export function nudgeSection({ repositories, asked }: NudgeFigures): string {
  const rows = asked.map(({ changes, cores, pushesPerSecond, after }) => [
    ...[changes, pushesPerSecond.toFixed(0), cores.toFixed(2)],
    ...[after.p50Ms, after.p99Ms].map((value) => `${value.toFixed(1)} ms`),
  ]);
  return `## What nudges cost search, ${repositories.toLocaleString('en')} repositories

One pod of search and ${REQUESTS} of queries that come again. Once a push has come, no answer of before is given. Nudges bring pushes together ten times a second,
the feed once.

${markdownTable(['changes by', 'pushes/s', 'cores', 'answered p50', 'p99'], rows)}`;
}

export function nudgeGoals({ asked }: NudgeFigures): Goal[] {
  const coresBy = (wanted: Changes) => asked.find(({ changes }) => changes === wanted)?.cores ?? Number.NaN;
  const name = `CPU of search at ${REQUESTS} with 100 nudged pushes/s, as a multiple of that`;
  return [
    { name: `${name} without nudges`, figure: coresBy('nudges') / coresBy('the feed'), wanted: { atMost: 2 } },
    { name: `${name} without pushes`, figure: coresBy('nudges') / coresBy('nothing'), wanted: { atMost: 3 } },
  ];
}
