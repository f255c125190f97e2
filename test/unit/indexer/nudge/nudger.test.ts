import { beforeEach, describe, expect, test } from '@jest/globals';
import { createFindPods } from '../../../../src/indexer/nudge/find-pods.ts';
import { createNudger, type Nudger } from '../../../../src/indexer/nudge/nudger.ts';
import type { AddressedNudge, NudgeResult } from '../../../../src/indexer/nudge/send-nudge.ts';

let pods: readonly string[];
let sent: AddressedNudge[];
let outcomes: string[];
/** What pods answer, each when it is answered. */
let answer: (nudge: AddressedNudge) => Promise<NudgeResult>;
/** Until then names gather after a nudge. */
let rested: Promise<void>;
let nudger: Nudger;

beforeEach(() => {
  [pods, sent, outcomes] = [['10.0.0.1:9091', '10.0.0.2:9091'], [], []];
  answer = async () => 'Taken';
  rested = Promise.resolve();
  nudger = createNudger({
    findPods: async () => pods,
    send(nudge) {
      sent.push(nudge);
      return answer(nudge);
    },
    rest: () => rested,
    observe: (result) => void outcomes.push(result),
  });
  nudger.useKey('the-key');
});

describe('a nudge', () => {
  test('reaches every search pod, with the key', async () => {
    nudger.nudge('team/app');
    await nudger.settled();
    expect(sent).toEqual(pods.map((address) => ({ address, key: 'the-key', names: ['team/app'] })));
    expect(outcomes).toEqual(['Taken', 'Taken']);
  });

  test('of names that come while one is under way waits, and has each of them once', async () => {
    const first = Promise.withResolvers<NudgeResult>();
    pods = ['10.0.0.1:9091'];
    answer = () => (sent.length === 1 ? first.promise : Promise.resolve('Taken'));
    nudger.nudge('one');
    await turn();
    for (const name of ['two', 'three', 'two']) nudger.nudge(name);
    await turn();
    expect(sent.map(({ names }) => names)).toEqual([['one']]);
    first.resolve('Taken');
    await nudger.settled();
    expect(sent.map(({ names }) => names)).toEqual([['one'], ['two', 'three']]);
  });

  test('has all names that come within a moment after the one before, which was sent at once', async () => {
    const rest = Promise.withResolvers<void>();
    rested = rest.promise;
    pods = ['10.0.0.1:9091'];
    nudger.nudge('one');
    await turn();
    for (const name of ['two', 'three']) {
      nudger.nudge(name);
      await turn();
    }
    expect(sent.map(({ names }) => names)).toEqual([['one']]);
    rest.resolve();
    await nudger.settled();
    expect(sent.map(({ names }) => names)).toEqual([['one'], ['two', 'three']]);
  });

  test('of a pod that does not answer holds up no other, and is not sent again', async () => {
    const never = Promise.withResolvers<NudgeResult>();
    answer = ({ address }) => (address === '10.0.0.1:9091' ? never.promise : Promise.resolve('Taken'));
    for (const name of ['one', 'two', 'three']) {
      nudger.nudge(name);
      await turn();
    }
    const reached = sent.filter(({ address }) => address === '10.0.0.2:9091').flatMap(({ names }) => names);
    expect(reached).toEqual(['one', 'two', 'three']);
    never.resolve('TimedOut');
    await nudger.settled();
    const others = sent.filter(({ address }) => address === '10.0.0.1:9091').map(({ names }) => names);
    expect(others).toEqual([['one'], ['two', 'three']]);
  });

  test('has so many names as a pod takes', async () => {
    pods = ['10.0.0.1:9091'];
    for (let at = 0; at < 450; at += 1) nudger.nudge(`name-${at}`);
    await nudger.settled();
    expect(sent.map(({ names }) => names.length)).toEqual([200, 200, 50]);
  });

  test('is left out, and counted, while there is no key, no pod or no answer of DNS', async () => {
    nudger.useKey(undefined);
    pods = ['10.0.0.1:9091'];
    nudger.nudge('one');
    await nudger.settled();
    pods = [];
    nudger.nudge('two');
    await nudger.settled();
    expect(sent).toEqual([]);
    expect(outcomes).toEqual(['NoKey', 'NoPods']);
  });

  test('that there is no room for is counted', async () => {
    const never = Promise.withResolvers<NudgeResult>();
    pods = ['10.0.0.1:9091'];
    answer = () => never.promise;
    nudger.nudge('first');
    await turn();
    for (let at = 0; at < 10_010; at += 1) nudger.nudge(`name-${at}`);
    await turn();
    expect(outcomes).toHaveLength(10);
    expect(new Set(outcomes)).toEqual(new Set(['Dropped']));
    never.resolve('TimedOut');
    await nudger.settled();
  });
});

describe('the pods to nudge', () => {
  const targets = [
    { host: 'demo-search-pods', port: 9091 },
    { host: '127.0.0.1', port: 5000 },
  ];

  test('are all that the names stand for, each once', async () => {
    const addressesOf = async (host: string) => (host === 'demo-search-pods' ? ['10.0.0.1', 'fd00::2'] : [host, host]);
    const findPods = createFindPods({ targets, elapsedMs: () => 0, addressesOf });
    expect(await findPods()).toEqual(['10.0.0.1:9091', '[fd00::2]:9091', '127.0.0.1:5000']);
  });

  test('are looked up again once five seconds are over', async () => {
    let [nowMs, lookUps] = [0, 0];
    const addressesOf = async () => {
      lookUps += 1;
      return [`10.0.0.${lookUps}`];
    };
    const findPods = createFindPods({ targets: targets.slice(0, 1), elapsedMs: () => nowMs, addressesOf });
    expect(await findPods()).toEqual(['10.0.0.1:9091']);
    nowMs = 4_999;
    expect(await findPods()).toEqual(['10.0.0.1:9091']);
    nowMs = 5_000;
    expect(await findPods()).toEqual(['10.0.0.2:9091']);
  });

  test('are looked up again at once after DNS had no answer', async () => {
    let isDown = true;
    const addressesOf = async () => {
      if (isDown) throw new Error('ENOTFOUND');
      return ['10.0.0.1'];
    };
    const findPods = createFindPods({ targets: targets.slice(0, 1), elapsedMs: () => 0, addressesOf });
    await expect(findPods()).rejects.toThrow();
    isDown = false;
    expect(await findPods()).toEqual(['10.0.0.1:9091']);
  });

  describe('while DNS does not answer', () => {
    let nowMs: number;
    let addressesOf: () => Promise<readonly string[]>;
    const never = () => new Promise<never>(() => undefined);
    const failsWith = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));
    const find = (sleep: () => Promise<void> = async () => undefined) => {
      const deps = { elapsedMs: () => nowMs, addressesOf: () => addressesOf(), sleep };
      return createFindPods({ targets: targets.slice(0, 1), ...deps });
    };

    beforeEach(() => {
      nowMs = 0;
      addressesOf = async () => ['10.0.0.1'];
    });

    test.each([
      ['answers late', never],
      ['cannot answer', failsWith('EAI_AGAIN')],
    ])('are those that were found last, for a minute: it %s', async (_, answer) => {
      const findPods = find();
      await findPods();
      addressesOf = answer;
      nowMs = 59_999;
      expect(await findPods()).toEqual(['10.0.0.1:9091']);
      nowMs = 60_000;
      const later = await Promise.race([findPods().catch(() => 'none'), turn().then(() => 'none')]);
      expect(later).toBe('none');
    });

    test('are none once it says that there are none', async () => {
      const findPods = find(never);
      await findPods();
      addressesOf = failsWith('ENOTFOUND');
      nowMs = 5_000;
      await expect(findPods()).rejects.toThrow();
    });
  });
});

/** Lets everything happen that waits for nothing. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
