import type { Steps } from '../structures/scheduler.ts';

/**
 * Finds the value of a key once for all queries that ask for it meanwhile: a single flight of steps, where that of
 * `async` is one of promises.
 */
export interface SharedSteps<T> {
  /** Joins what is under way, or begins. Any of the queries that wait may run the steps; `taken` says how many were. */
  of(key: string, find: Find<T>): Steps<T>;
}

type Find<T> = (taken: () => number) => Steps<T>;

interface Flight<T> {
  readonly steps: Steps<T | undefined>;
  taken: number;
  askers: number;
  found: T | undefined;
}

type Flights<T> = Map<string, Flight<T>>;

export function createSharedSteps<T extends object>(): SharedSteps<T> {
  const flights: Flights<T> = new Map();
  return { of: (key, find) => findTogether(flights, key, find) };
}

/** Begins again what has failed with another query. */
function* findTogether<T extends object>(flights: Flights<T>, key: string, find: Find<T>): Steps<T> {
  for (;;) {
    const found = yield* join(flights.get(key) ?? begin(flights, key, find));
    if (found) return found;
  }
}

function begin<T>(flights: Flights<T>, key: string, find: Find<T>): Flight<T> {
  const steps = untilFound(flights, key, () => find(() => flight.taken));
  const flight: Flight<T> = { steps, taken: 0, askers: 0, found: undefined };
  flights.set(key, flight);
  return flight;
}

function* untilFound<T>(flights: Flights<T>, key: string, find: () => Steps<T>): Steps<T> {
  try {
    return yield* find();
  } finally {
    flights.delete(key);
  }
}

/**
 * Continues where other queries have stopped; the last one that gives up ends it. Undefined if it failed with another.
 */
function* join<T>(flight: Flight<T>): Steps<T | undefined> {
  flight.askers += 1;
  try {
    for (;;) {
      flight.taken += 1;
      const result = flight.steps.next();
      if (result.done) flight.found ??= result.value;
      if (result.done) return flight.found;
      yield;
    }
  } finally {
    flight.askers -= 1;
    if (flight.askers === 0) flight.steps.return(undefined);
  }
}
