import type { Distribution } from '../support/distribution.ts';
import type { ContenderName } from './contenders.ts';

export interface LatencyJob {
  readonly contender: ContenderName;
  readonly repositories: number;
  /** How long each class of queries may be repeated in each round. */
  readonly secondsEach: number;
}

export interface ClassFigures extends Distribution {
  readonly name: string;
  readonly cpuMs: number;
}

export interface LatencyFigures {
  readonly plain: readonly ClassFigures[];
  /** Of the query language; empty for contenders that have none. */
  readonly filters: readonly ClassFigures[];
  readonly loadSeconds: number;
  /** What the process holds more than before the load, in bytes. */
  readonly loadedBytes: number;
  /** What it holds more once the size of every tag is known and when it was built; undefined where that is not kept. */
  readonly imageBytes: number | undefined;
  /** The longest time that nothing else could run, while queries of all classes were answered. */
  readonly longestStallMs: number;
}
