import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { leastMinutesBetween } from '../../../../src/operator/validation/cron-interval.ts';

describe('the least minutes between two times of a schedule', () => {
  test.each<[string, number]>([
    ['* * * * *', 1],
    ['*/1 * * * *', 1],
    ['? ? * * ?', 1],
    ['*/5 * * * *', 5],
    ['*/7 * * * *', 4],
    ['0-59/2 * * * *', 2],
    ['0/10 * * * *', 10],
    ['58/1 * * * *', 1],
    ['0,2 * * * *', 2],
    ['2,0 3 * * *', 2],
    ['0,30 3 * * *', 30],
    ['10-12 3 * * *', 1],
    ['0,5,10-11 * * * MON', 1],
    ['58,1 * * * *', 3],
    ['1,58 23,0 * * *', 3],
    ['59 * * * *', 60],
    ['30 3 * * *', 1_440],
    ['30 3,4 * * *', 60],
    ['30 3 29 2 *', 1_440],
    ['0 0 * JAN SUN', 1_440],
    ['  */5   *  * * * ', 5],
    ['@hourly', 60],
    ['@daily', 1_440],
    ['@midnight', 1_440],
    ['@weekly', 1_440],
    ['@monthly', 1_440],
    ['@yearly', 1_440],
    ['@every 1m', 1],
    ['@every 90s', 1.5],
    ['@every 1h30m', 90],
    ['@every 100ms', 0.1 / 60],
    ['TZ=UTC * * * * *', 1],
    ['CRON_TZ=Asia/Tokyo 0 6 * * *', 1_440],
    ['CRON_TZ=Asia/Tokyo @every 2m', 2],
    ['0 * * * * *', 1],
    ['*/10 0 3 * * *', 10 / 60],
    ['0 */5 * * * *', 5],
  ])('%s: %d', (schedule, minutes) => {
    expect(leastMinutesBetween(schedule)).toBeCloseTo(minutes, 9);
  });

  test.each([
    '',
    'every night',
    '* * * *',
    '* * * * * * *',
    '60 * * * *',
    '99 4 * * *',
    '* 24 * * *',
    '5-1 * * * *',
    '*/0 * * * *',
    '1, * * * *',
    '-1 * * * *',
    'a * * * *',
    '@reboot',
    '@every soon',
    '@every 1',
    '@every -1m',
  ])('nothing is said of %j, which is none', (schedule) => {
    expect(leastMinutesBetween(schedule)).toBeUndefined();
  });

  test('equals a count through two days, for all minutes and hours', () => {
    const values = (end: number) => fc.uniqueArray(fc.nat(end - 1), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(values(60), values(24), (minutes, hours) => {
        const times = Array.from({ length: 2 * 1_440 }, (_, at) => at).filter(
          (at) => minutes.includes(at % 60) && hours.includes(Math.floor(at / 60) % 24),
        );
        const gaps = times.slice(1).map((at, i) => at - (times[i] ?? 0));
        expect(leastMinutesBetween(`${minutes} ${hours} * * *`)).toBe(Math.min(...gaps));
      }),
    );
  });
});
