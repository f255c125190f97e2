import { setTimeout as wait } from 'node:timers/promises';
import { answerJob } from '../support/child.ts';
import { ATTACKS, type AttackCount, attack } from './attacks.ts';

export interface AttackJob {
  /** Of `ATTACKS`. */
  readonly name: string;
  readonly url: string;
  readonly seconds: number;
}

answerJob(async ({ name, url, seconds }: AttackJob): Promise<AttackCount> => {
  const chosen = ATTACKS.find((each) => each.name === name);
  if (!chosen) throw new Error(`there is no attack ${name}`);
  const stop = new AbortController();
  const count = attack(chosen, url, stop.signal);
  await wait(seconds * 1_000);
  stop.abort();
  return count;
});
