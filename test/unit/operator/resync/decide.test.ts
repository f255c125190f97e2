import { expect, test } from '@jest/globals';
import { decideResync, type ResyncObservation } from '../../../../src/operator/resync/decide.ts';

const withheld = { gone: 30, of: 100, confirmation: 'abc', endedAt: 't1' };
const confirmed = { kind: 'confirmed', confirmation: 'abc', endedAt: 't1' };
const requested = { kind: 'requested', value: 'now', after: 't0' };

interface Case {
  readonly when: string;
  readonly seen: Omit<Partial<ResyncObservation>, 'asked' | 'handled'> & {
    readonly asked?: Partial<ResyncObservation['asked']>;
    readonly handled?: Partial<ResyncObservation['handled']>;
  };
  readonly step: object;
}

test.each<Case>([
  { when: 'nothing is asked for', seen: {}, step: { do: 'nothing' } },
  { when: 'something was withheld and nobody has confirmed it', seen: { withheld }, step: { do: 'nothing' } },
  { when: 'a resync is asked for', seen: { asked: { resync: 'now' } }, step: { do: 'start', request: requested } },
  {
    when: 'it was asked for with that value before',
    seen: { asked: { resync: 'now' }, handled: { resync: 'now' } },
    step: { do: 'nothing' },
  },
  {
    when: 'it is asked for with another value',
    seen: { asked: { resync: 'now' }, handled: { resync: 'yesterday' } },
    step: { do: 'start', request: requested },
  },
  {
    when: 'it is asked for while one is under way, which may have read what was before',
    seen: { asked: { resync: 'now' }, isRunning: true },
    step: { do: 'wait', request: requested },
  },
  { when: 'the annotation is empty', seen: { asked: { resync: '' } }, step: { do: 'nothing' } },
  {
    when: 'what was withheld is confirmed',
    seen: { asked: { confirmation: 'abc' }, withheld },
    step: { do: 'start', request: confirmed },
  },
  {
    when: 'something else was confirmed',
    seen: { asked: { confirmation: 'abd' }, withheld },
    step: { do: 'nothing' },
  },
  {
    when: 'something was confirmed and nothing is withheld',
    seen: { asked: { confirmation: 'abc' } },
    step: { do: 'nothing' },
  },
  {
    when: 'that finding was confirmed before',
    seen: { asked: { confirmation: 'abc' }, handled: { confirmation: 't1' }, withheld },
    step: { do: 'nothing' },
  },
  {
    when: 'the same was found again since it was confirmed: that came to nothing',
    seen: { asked: { confirmation: 'abc' }, handled: { confirmation: 't0' }, withheld },
    step: { do: 'start', request: confirmed },
  },
  {
    when: 'both are asked for, what was confirmed comes first',
    seen: { asked: { confirmation: 'abc', resync: 'now' }, withheld },
    step: { do: 'start', request: confirmed },
  },
  {
    when: 'events may have been missed, a minute ago',
    seen: { gap: { closed: 3, after: 't-1', inMs: 0 } },
    step: { do: 'start', request: { kind: 'gap', closed: 3, after: 't-1' } },
  },
  {
    when: 'events may have been missed, and it is not time yet',
    seen: { gap: { closed: 3, after: 't-1', inMs: 900 } },
    step: { do: 'nothing', againInMs: 900 },
  },
  {
    when: 'events may have been missed after a resync had begun that still runs',
    seen: { gap: { closed: 3, after: 't-1', inMs: 0 }, isRunning: true },
    step: { do: 'wait', request: { kind: 'gap', closed: 3, after: 't-1' } },
  },
  {
    when: 'events may have been missed and a resync is asked for as well, one does for both',
    seen: { asked: { resync: 'now' }, gap: { closed: 3, after: 't-1', inMs: 0 } },
    step: { do: 'start', request: requested },
  },
])('$when', ({ seen, step }) => {
  const nothing = { resync: undefined, confirmation: undefined };
  const asked = { ...nothing, ...seen.asked };
  const handled = { ...nothing, ...seen.handled };
  const others = { lastEndedAt: 't0', withheld: undefined, gap: undefined, isRunning: false };
  expect(decideResync({ ...others, ...seen, asked, handled })).toEqual(step);
});
