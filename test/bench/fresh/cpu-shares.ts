import { readdir, readFile } from 'node:fs/promises';

/** Seconds of CPU by what used them: this process and its children, by kind. */
export type CpuSeconds = Readonly<Record<string, number>>;

const TICKS_A_SECOND = 100;
/** By what stands in the command line of a child. */
const KINDS: readonly (readonly [string, RegExp])[] = [
  ['registry', /registry-[0-9a-f]+\/registry/],
  ['versitygw', /versitygw/],
  ['DynamoDB Local', /DynamoDBLocal|dynamodb-local/],
  ['indexer', /main\.ts\0indexer/],
  ['search', /search-process/],
];
const OTHERS = 'pushing and asking';
/** The kinds that a cluster gets with registry-index; all others are there without it, or belong to this benchmark. */
const OURS = ['indexer', 'search'];
/** Those that a push costs whether anybody is told of it or not. */
const PUSHING = ['registry', 'versitygw', OTHERS];

/** What each has used since it began; processes are found by Linux's /proc. */
export async function cpuSoFar(): Promise<CpuSeconds> {
  const { user, system } = process.cpuUsage();
  const seconds: Record<string, number> = { [OTHERS]: (user + system) / 1_000_000 };
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const child = await readChild(pid);
    if (child) seconds[child.kind] = (seconds[child.kind] ?? 0) + child.seconds;
  }
  return seconds;
}

/** Seconds of CPU that this machine's host has given to others although there was work for it here (Linux's `steal`). */
export async function stolenSoFar(): Promise<number> {
  const [, stolen = 0] = /^cpu +(?:\d+ +){7}(\d+)/.exec(await readText('/proc/stat'))?.map(Number) ?? [];
  return stolen / TICKS_A_SECOND;
}

/** What was used between two moments. */
export function cpuBetween(before: CpuSeconds, after: CpuSeconds): CpuSeconds {
  return Object.fromEntries(Object.entries(after).map(([kind, seconds]) => [kind, seconds - (before[kind] ?? 0)]));
}

/** All of it, what registry-index has used of it, and what pushing alone has. */
export function partsOf(cpu: CpuSeconds): { readonly all: number; readonly ours: number; readonly pushing: number } {
  const sum = (kinds: readonly string[]) => kinds.reduce((total, kind) => total + (cpu[kind] ?? 0), 0);
  return { all: sum(Object.keys(cpu)), ours: sum(OURS), pushing: sum(PUSHING) };
}

async function readChild(pid: string): Promise<{ readonly kind: string; readonly seconds: number } | undefined> {
  // A process may end while it is read.
  const [stat, command] = await Promise.all([readText(`/proc/${pid}/stat`), readText(`/proc/${pid}/cmdline`)]);
  // The name in parentheses may hold blanks: what follows it is the state, the parent, and from the 12th on the times.
  const [, parent, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (Number(parent) !== process.pid) return undefined;
  const [user = 0, system = 0] = fields.slice(9, 11).map(Number);
  const kind = KINDS.find(([, pattern]) => pattern.test(command))?.[0] ?? OTHERS;
  return { kind, seconds: (user + system) / TICKS_A_SECOND };
}

function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
