import { type Hint, mergePending, type PendingTag, pendingOf } from './hint.ts';

/** What is to be done about one repository now. */
export interface RepositoryWork {
  readonly name: string;
  /** To look at, each by itself; read with the rest where all of it is read. */
  readonly tags: ReadonlyMap<string, PendingTag>;
  readonly isWhole: boolean;
}

/** What is left to be done about a repository, and when; milliseconds from now. */
export interface RemainingWork {
  readonly tags: ReadonlyMap<string, PendingTag>;
  readonly tagsInMs: number;
  /** Undefined where it need not be read as a whole. */
  readonly wholeInMs: number | undefined;
  /** What hints still wait for; what remains otherwise only completes the record. */
  readonly owed: Owed;
}

export type Owed = 'nothing' | 'tags' | 'whole';

/**
 * Repositories that hints name: each once however many hints it has, and with one worker at a time. Nothing that was
 * added is lost while the process lives. Its clock is `performance.now`, which nobody sets back.
 */
export interface HintQueue {
  /**
   * False when there is no room for one more name: the hint is not remembered. `onSettled` is called once the index has
   * what the hint is about; a hint with it is kept by its sender until then.
   */
  add(hint: Hint, onSettled?: () => void): boolean;
  hasRoom(): boolean;
  /** The next repository whose time has come; undefined once `signal` aborts. It is the worker's until `finish`. */
  take(signal: AbortSignal): Promise<RepositoryWork | undefined>;
  /** `restMs`: for so long hints about it wait. */
  finish(name: string, remaining?: RemainingWork, restMs?: number): void;
  /** Names that hints wait for, or with a worker; those whose records are only to be completed later do not count. */
  depth(): number;
  /** Whether there are hints that nobody else keeps: they are lost when the process ends now. */
  hasUnkept(): boolean;
  /** Sets no more timers: what waits is dropped. */
  close(): void;
}

export interface HintQueueOptions {
  readonly maxNames?: number;
  /** Tags of all names together. Of repositories that more are named of, all is read. */
  readonly maxTags?: number;
}

/** A name and a tag that wait take 1.4 kB of memory, half of it each. */
const MAX_NAMES = 100_000;
const MAX_TAGS_IN_ALL = 100_000;
/** Of more tags at once, all of the repository is read. */
export const MAX_TAGS = 100;
/** A registry writes a tag's link a few milliseconds after it has sent the event. */
const FIRST_LOOK_MS = 30;
/** What only completes a record waits so long for tags that are pushed when its time has come. */
const AFTER_TAGS_MS = 3_000;
const NEVER_MS = Number.POSITIVE_INFINITY;

/** Hints of one repository that the same work settles. */
interface Waiting {
  /** What to call then. */
  readonly settled: (() => void)[];
  /** Whether nobody else keeps one of them. */
  hasUnkept: boolean;
}

interface Entry {
  tags: Map<string, PendingTag>;
  wholeDueMs: number;
  owesTags: boolean;
  owesWhole: boolean;
  /** The hints that wait, by the work that settles them. */
  readonly waiting: { readonly tags: Waiting; readonly whole: Waiting };
  /** When it becomes ready; not before `timer` fires. */
  dueMs: number;
  timer: NodeJS.Timeout | undefined;
}

const NO_TAGS = { tags: new Map<string, PendingTag>(), tagsInMs: NEVER_MS } as const;

function newEntry(): Entry {
  const waiting = { tags: noneWaiting(), whole: noneWaiting() };
  return {
    tags: new Map(),
    wholeDueMs: NEVER_MS,
    owesTags: false,
    owesWhole: false,
    waiting,
    dueMs: NEVER_MS,
    timer: undefined,
  };
}

function workOf(hint: Hint, nowMs: number): RemainingWork {
  if (hint.kind === 'repository') return { ...NO_TAGS, wholeInMs: FIRST_LOOK_MS, owed: 'whole' };
  const tags = new Map([[hint.tag, pendingOf(hint.expects, nowMs)]]);
  return { tags, tagsInMs: FIRST_LOOK_MS, wholeInMs: undefined, owed: 'tags' };
}

function isAny({ tags, wholeInMs }: RemainingWork): boolean {
  return tags.size > 0 || wholeInMs !== undefined;
}

function noneWaiting(): Waiting {
  return { settled: [], hasUnkept: false };
}

function addWaiting(to: Waiting, { settled, hasUnkept }: Waiting): void {
  for (const each of settled) to.settled.push(each);
  to.hasUnkept ||= hasUnkept;
}

/** What waits of a tag, and what is added, as one. */
type Merge = (waiting: PendingTag | undefined, added: PendingTag) => PendingTag;

/** What is left of a worker's tags is older than the hints that came while it worked. */
const mergeOlder: Merge = (waiting, left) => (waiting ? mergePending(left, waiting) : left);

export function createHintQueue({ maxNames = MAX_NAMES, maxTags = MAX_TAGS_IN_ALL }: HintQueueOptions = {}): HintQueue {
  const entries = new Map<string, Entry>();
  const ready = new Set<string>();
  /** Names that are worked on, with the hints that wait for the work. */
  const underWay = new Map<string, Waiting>();
  /** Names that rest, with the timers that end it. */
  const resting = new Map<string, NodeJS.Timeout>();
  const workers = new Set<() => void>();
  let waitingTags = 0;
  let isClosed = false;

  function addWork(name: string, work: RemainingWork, merge: Merge = mergePending): Entry {
    const { tags, tagsInMs, wholeInMs = NEVER_MS, owed } = work;
    const entry = entries.get(name) ?? newEntry();
    entries.set(name, entry);
    waitingTags -= entry.tags.size;
    for (const [tag, pending] of tags) entry.tags.set(tag, merge(entry.tags.get(tag), pending));
    waitingTags += entry.tags.size;
    entry.wholeDueMs = Math.min(entry.wholeDueMs, performance.now() + wholeInMs);
    entry.owesTags ||= owed === 'tags';
    entry.owesWhole ||= owed === 'whole';
    schedule(name, entry, Math.min(entry.wholeDueMs, tags.size > 0 ? performance.now() + tagsInMs : NEVER_MS));
    return entry;
  }

  function schedule(name: string, entry: Entry, dueMs: number): void {
    if (isClosed || ready.has(name) || entry.dueMs <= dueMs) return;
    clearTimeout(entry.timer);
    entry.dueMs = dueMs;
    entry.timer = setTimeout(
      () => {
        ready.add(name);
        wakeWorker();
      },
      Math.max(0, dueMs - performance.now()),
    );
  }

  function wakeWorker(): void {
    const [wake] = workers;
    wake?.();
  }

  function letRest(name: string, restMs: number): void {
    const end = () => {
      resting.delete(name);
      if (ready.has(name)) wakeWorker();
    };
    resting.set(name, setTimeout(end, restMs));
  }

  function takeReady(): RepositoryWork | undefined {
    const name = ready.values().find((each) => !underWay.has(each) && !resting.has(each));
    const entry = name === undefined ? undefined : entries.get(name);
    if (name === undefined || entry === undefined) return undefined;
    ready.delete(name);
    entries.delete(name);
    const { tags, wholeDueMs, owesWhole, waiting } = entry;
    waitingTags -= tags.size;
    const isDue = wholeDueMs <= performance.now();
    // A timer may be early by a part of a millisecond; without tags nothing else can have been its reason.
    const isWhole = tags.size > MAX_TAGS || tags.size === 0 || (isDue && owesWhole);
    if (isWhole) addWaiting(waiting.tags, waiting.whole);
    underWay.set(name, waiting.tags);
    if (!isWhole && wholeDueMs < NEVER_MS) {
      const wholeInMs = isDue ? AFTER_TAGS_MS : wholeDueMs - performance.now();
      const later = addWork(name, { ...NO_TAGS, wholeInMs, owed: owesWhole ? 'whole' : 'nothing' });
      addWaiting(later.waiting.whole, waiting.whole);
    }
    return { name, tags, isWhole };
  }

  return {
    add(hint, onSettled) {
      if (!entries.has(hint.name) && entries.size >= maxNames) return false;
      const asked: Hint = waitingTags < maxTags ? hint : { kind: 'repository', name: hint.name };
      const { waiting } = addWork(asked.name, workOf(asked, performance.now()));
      const added = { settled: onSettled ? [onSettled] : [], hasUnkept: !onSettled };
      addWaiting(waiting[asked.kind === 'tag' ? 'tags' : 'whole'], added);
      return true;
    },
    hasRoom: () => entries.size < maxNames,
    async take(signal) {
      for (;;) {
        const work = signal.aborted ? undefined : takeReady();
        if (work || signal.aborted) return work;
        await new Promise<void>((resolve) => {
          const wake = () => {
            workers.delete(wake);
            signal.removeEventListener('abort', wake);
            resolve();
          };
          workers.add(wake);
          signal.addEventListener('abort', wake);
        });
      }
    },
    finish(name, remaining, restMs = 0) {
      const waiting = underWay.get(name) ?? noneWaiting();
      underWay.delete(name);
      const entry = remaining && isAny(remaining) ? addWork(name, remaining, mergeOlder) : undefined;
      const owed = remaining?.owed ?? 'nothing';
      if (entry && owed !== 'nothing') addWaiting(entry.waiting[owed], waiting);
      else for (const settled of waiting.settled) settled();
      if (restMs > 0 && !isClosed) letRest(name, restMs);
      else if (ready.has(name)) wakeWorker();
    },
    depth: () =>
      underWay.size + entries.values().reduce((sum, { owesTags, owesWhole }) => sum + Number(owesTags || owesWhole), 0),
    hasUnkept: () =>
      underWay.values().some(({ hasUnkept }) => hasUnkept) ||
      entries.values().some(({ waiting: { tags, whole } }) => tags.hasUnkept || whole.hasUnkept),
    close() {
      isClosed = true;
      for (const { timer } of entries.values()) clearTimeout(timer);
      for (const timer of resting.values()) clearTimeout(timer);
    },
  };
}
