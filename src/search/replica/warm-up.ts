import { setImmediate } from 'node:timers/promises';
import type { Logger } from '../../telemetry/log.ts';
import { ANONYMOUS } from '../anonymous.ts';
import type { SearchEngine } from '../api.ts';
import { parseQuery } from '../query/parse.ts';
import { BEST_FIRST } from '../query/sort.ts';

export interface WarmUpDeps {
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const LONGEST_MS = 2_000;
const ROWS = 25;

/**
 * Runs searches of every kind on an engine that was loaded, or whose first build is complete. The first searches hold
 * the event loop several times as long as later ones: their code is not compiled, what every search needs (the view of
 * the public, single letters) is not cached, and the garbage of loading is collected in between. Takes two seconds at
 * most, and ends when the signal aborts. Never rejects: an index that is not warm is better than none.
 */
export async function warmUp(engine: SearchEngine, { log, now }: WarmUpDeps, signal: AbortSignal): Promise<void> {
  const beganMs = now();
  let searches = 0;
  try {
    for await (const text of searchTexts(engine, signal)) {
      if (signal.aborted || now() - beganMs > LONGEST_MS) break;
      await engine.search(searchOf(text, now()), signal);
      searches += 1;
      await setImmediate();
    }
  } catch (err) {
    if (!signal.aborted) log.warn({ err }, 'Failed to warm up; the first searches will be slower');
  }
  log.info({ searches, seconds: (now() - beganMs) / 1_000 }, 'Warm-up finished');
}

function searchOf(text: string, nowMs: number) {
  const start = { kind: 'offset', offset: 0 } as const;
  return { query: parseQuery(text, nowMs), sort: BEST_FIRST, start, limit: ROWS, visibility: ANONYMOUS };
}

const CHARACTERS = [...'abcdefghijklmnopqrstuvwxyz0123456789'];

/** Of all kinds in turn, with words of one name of each first character. */
async function* searchTexts(engine: SearchEngine, signal: AbortSignal): AsyncGenerator<string> {
  for (const character of CHARACTERS) {
    yield character;
    const { names } = await engine.catalog({ last: character, limit: 1, visibility: ANONYMOUS }, signal);
    for (const name of names.filter((one) => one.startsWith(character))) {
      yield* textsOf(name);
      yield* QUERIES_WITH_FILTERS;
    }
  }
}

const QUERIES_WITH_FILTERS = [
  'arch:arm64 tag:latest',
  'os:linux tag:latest',
  'tag:v1.0.0',
  'type:helm chart',
  'label:team=core',
  'signed:yes web',
  'ns:library',
  'digest:0123456789abcdef',
  'pushed:<30d',
  'service -api',
] as const;

/** As people type: a name, its parts, words and parts of words, across a separator, and with a typo. */
function textsOf(name: string): string[] {
  const words = name.match(/[a-z0-9]{2,}/g) ?? [];
  const longest = words.reduce((long, word) => (word.length > long.length ? word : long), '');
  const [first = name, second = first] = words;
  return [
    name,
    name.slice(name.lastIndexOf('/') + 1),
    first,
    first.slice(0, 2),
    second.slice(0, 3),
    longest.slice(1, 6),
    `${second} ${first}`,
    name.slice(first.length - 2, first.length + 3),
    `${longest.slice(0, 2)}${longest.slice(3)}`,
    `${longest}qx`,
  ];
}
