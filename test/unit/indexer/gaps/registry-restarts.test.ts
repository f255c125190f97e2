import { describe, expect, test } from '@jest/globals';
import type { RegistryProcess } from '../../../../src/dynamodb/state/event-report.ts';
import { addHeard, judgeSilence } from '../../../../src/indexer/gaps/registry-restarts.ts';

const MINUTE_MS = 60_000;
const SILENCE = { shortMs: 3 * MINUTE_MS, longMs: 10 * MINUTE_MS };

/** Which process speaks in each minute, such as `aab.b`; every event of a minute comes at its beginning. */
interface Case {
  readonly what: string;
  readonly minutes: string;
  readonly eventsAMinute?: number;
  /** Counted over the whole history. */
  readonly ended: number;
}

/** Reports and judges each minute, as an indexer does while there are events. */
function run({ minutes, eventsAMinute = 1 }: Pick<Case, 'minutes' | 'eventsAMinute'>) {
  let known: readonly RegistryProcess[] = [];
  let ended = 0;
  for (const [at, speakers] of minutes
    .split(' ')
    .flatMap((part) => (part.includes('+') ? [part] : [...part]))
    .entries()) {
    const atMs = at * MINUTE_MS;
    const heard = speakers
      .split('+')
      .filter((each) => each !== '.')
      .map((instanceId, order) => ({
        instanceId,
        firstAtMs: atMs + order,
        lastAtMs: atMs + order,
        events: eventsAMinute,
      }));
    const judged = judgeSilence(addHeard(known, heard), atMs + 30_000, SILENCE);
    known = judged.processes;
    ended += judged.ended;
  }
  return { known, ended };
}

describe('a process of a registry counts as ended', () => {
  test.each<Case>([
    { what: 'never where it is the only one, however long it is silent', minutes: `a${'.'.repeat(30)}a`, ended: 0 },
    { what: 'when a new one speaks and it does not for ten minutes', minutes: `aaab${'.'.repeat(10)}`, ended: 1 },
    { what: 'not before, where the new one says little', minutes: `aaab${'.'.repeat(9)}`, ended: 0 },
    { what: 'after three minutes where the new one says much', minutes: 'aaabbbb', eventsAMinute: 3, ended: 1 },
    { what: 'not within three minutes', minutes: 'aaabbb', eventsAMinute: 50, ended: 0 },
    { what: 'once, however long it stays away', minutes: `aaa${'b'.repeat(60)}`, ended: 1 },
    { what: 'each time that one is replaced', minutes: `aa${'b'.repeat(12)}${'c'.repeat(12)}`, ended: 2 },
    { what: 'also when it was silent for hours before', minutes: `a${'.'.repeat(200)}${'b'.repeat(12)}`, ended: 1 },
    {
      what: 'not when a second replica is added',
      minutes: 'aaa a+b a+b a+b a+b a+b a+b a+b a+b a+b',
      eventsAMinute: 9,
      ended: 0,
    },
    { what: 'when it still speaks as its successor begins', minutes: `aaa b+a ${'b'.repeat(11)}`, ended: 1 },
    {
      what: 'not before the successor has spoken for ten minutes alone',
      minutes: `aaa b+a ${'b'.repeat(9)}`,
      ended: 0,
    },
    {
      what: 'not when both fall silent after a second replica was added',
      minutes: `aaa b+a ${'.'.repeat(30)}`,
      ended: 0,
    },
    { what: 'not when replicas take turns', minutes: 'ababababababababababab', eventsAMinute: 2, ended: 0 },
    { what: 'when one of two replicas is replaced', minutes: 'abababacacacacacacacacac', ended: 1 },
    {
      what: 'for each of two replicas that are replaced',
      minutes: 'a+b a+b c+d c+d c+d c+d c+d c+d c+d',
      eventsAMinute: 4,
      ended: 2,
    },
    {
      what: 'by mistake once where two replicas say little, and then no more',
      minutes: `a${'.'.repeat(20)}b${'.'.repeat(20)}`.repeat(20),
      ended: 1,
    },
  ])('$what', ({ ended, ...history }) => {
    expect(run(history).ended).toBe(ended);
  });

  test('and is as good as new when it speaks again', () => {
    const { known } = run({ minutes: `a${'b'.repeat(12)}a` });
    expect(known.map(({ isGone }) => isGone)).toEqual([false, false]);
  });
});

test('says when to judge again where nothing more may come', () => {
  const heard = (instanceId: string, atMs: number) => ({ instanceId, firstAtMs: atMs, lastAtMs: atMs, events: 1 });
  const known = addHeard([], [heard('a', 0), heard('b', 7)]);
  expect(judgeSilence(known, 10, SILENCE)).toMatchObject({ ended: 0, againAtMs: 7 + SILENCE.longMs });
  expect(judgeSilence(known, 7 + SILENCE.longMs, SILENCE)).toMatchObject({ ended: 1, againAtMs: undefined });
});

test('what is kept has a bound, and its ids are hashes', () => {
  const heard = Array.from({ length: 500 }, (_, at) => ({
    instanceId: `\n${'x'.repeat(at)}`,
    firstAtMs: at,
    lastAtMs: at,
    events: 1,
  }));
  const { processes } = judgeSilence(addHeard([], heard), 500 + SILENCE.longMs, SILENCE);
  expect(processes.length).toBeLessThanOrEqual(72);
  expect(processes.every(({ id }) => /^[0-9a-f]{12}$/.test(id))).toBe(true);
  expect(processes.some(({ lastAtMs }) => lastAtMs === 499)).toBe(true);
});
