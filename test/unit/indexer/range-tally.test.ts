import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import { addCounts, countFaults, type FaultCounts, type StorageFault } from '../../../src/api/fault.ts';
import { logFault, startOfRange, tally } from '../../../src/indexer/range-tally.ts';

const foreign = (at: number): StorageFault => ({ kind: 'Foreign', key: `foreign-${at}`, reason: 'not a file' });
const missing = (at: number): StorageFault => ({ kind: 'Missing', key: `missing-${at}`, reason: 'is missing' });

test('however many harmless faults come first, the first twenty harmful ones are kept, and all are counted by kind', () => {
  const faults = [
    ...Array.from({ length: 500 }, (_, at) => foreign(at)),
    ...Array.from({ length: 25 }, (_, at) => missing(at)),
  ];
  const end = faults.reduce(
    (progress, fault) => tally(progress, { kind: 'fault', fault }),
    startOfRange(0, 1, undefined),
  );
  expect(end).toMatchObject({ errorCount: 525, faultCounts: { Foreign: 500, Missing: 25 } });
  expect(end.faults).toEqual(Array.from({ length: 20 }, (_, at) => missing(at)));
});

test('what an older program has counted goes on to be counted', () => {
  const earlier = { ...startOfRange(0, 1, undefined), errorCount: 7, faults: [{ key: 'old', reason: 'r' }] };
  const next = tally(earlier, { kind: 'fault', fault: missing(1) });
  expect(next).toMatchObject({ errorCount: 8, faultCounts: { Missing: 1 } });
  expect(next.faults.map(({ key }) => key)).toEqual(['old', 'missing-1']);
});

test('the first twenty harmful faults are warnings, the first twenty harmless ones information, and all others details', () => {
  const lines: { level: number; key: string }[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  let counts: FaultCounts = {};
  for (let at = 0; at < 30; at += 1)
    for (const fault of [foreign(at), missing(at)]) {
      logFault(log, counts, fault);
      counts = addCounts(counts, countFaults([fault]));
    }
  const levelsOf = (word: string) => lines.filter(({ key }) => key.startsWith(word)).map(({ level }) => level);
  expect(levelsOf('missing')).toEqual([...Array(20).fill(40), ...Array(10).fill(20)]);
  expect(levelsOf('foreign')).toEqual([...Array(20).fill(30), ...Array(10).fill(20)]);
});
