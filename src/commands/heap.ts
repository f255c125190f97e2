import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * The young part of the heap stays as small as it is now, and is collected more often. Otherwise V8 lets it grow to 64
 * MB and more while much is under way, keeps that, and then collects for 10 ms at a time in which nothing is answered.
 * For programs whose objects are mostly short-lived.
 */
export function keepYoungHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/**
 * V8 collects garbage of the old part before there is as much of it as there is of what is used. Otherwise the heap of
 * an operator grows to twice of what it needs; collecting more often costs it a tenth more CPU.
 */
export function keepOldHeapSmall(): void {
  setFlagsFromString('--optimize-for-size');
}

/**
 * V8 collects garbage of the old part only once there is as much of it as there is of what is used. In a heap as small
 * as a pod's it would do so each few seconds, for 10 ms at a time in which nothing is answered. For programs that keep
 * little and make much garbage.
 */
export function collectOldHeapSeldom(): void {
  setFlagsFromString('--heap-growing-percent=100');
}

/**
 * Collects what is left of long work, for a program that does little afterwards: V8 would keep it until much more is
 * there. Holds the thread for a twentieth of a second.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect({ type: 'major', flavor: 'last-resort' });
}
