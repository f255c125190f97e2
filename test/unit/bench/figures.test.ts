import { expect, test } from '@jest/globals';
import { withParts } from '../../bench/support/figures.ts';

const FORMER = `# search

Made by \`npm run bench:search\` on a machine.

## One

old

| a | b |

## Two

stays

## Goals

- p99 of tag: platform at 10: 3.00 ms, wanted at most 1 ms: missed
- cores: 0.20, wanted at most 0.10: missed
- found at 100/s: 700 ms (80 on this machine, 1.2 times as slow), wanted at most 1000 ms: met
`;

test('parts that are measured again replace their sections and goals, new ones follow, and all others stay', () => {
  const goals = [
    { name: 'p99 of tag: platform at 10', figure: 0.5, unit: 'ms', wanted: { atMost: 1 } },
    { name: 'found at 100/s', figure: 600, unit: 'ms', wanted: { atMost: 1_000 }, measured: '90 on this machine' },
    { name: 'new', figure: 2, wanted: { atLeast: 1 } },
  ];
  const [, made, ...rest] = withParts(FORMER, {
    name: 'search',
    sections: ['## One\n\nnew', '## Three\n\nadded'],
    goals,
  })
    .trimEnd()
    .split('\n\n');
  expect(made).toContain('part by part');
  expect(rest).toEqual([
    '## One',
    'new',
    '## Two',
    'stays',
    '## Three',
    'added',
    '## Goals',
    [
      '- p99 of tag: platform at 10: 0.50 ms, wanted at most 1 ms: met',
      '- cores: 0.20, wanted at most 0.10: missed',
      '- found at 100/s: 600 ms (90 on this machine), wanted at most 1000 ms: met',
      '- new: 2, wanted at least 1: met',
    ].join('\n'),
  ]);
});
