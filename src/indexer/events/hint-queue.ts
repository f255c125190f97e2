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
}

/**
 * Repositories that hints name: each once however many hints it has, and with one worker at a time. Nothing that was
 * added is lost while the process lives.
 */
export interface HintQueue {
  /** False when there is no room for one more name: the hint is not remembered. */
  add(hint: Hint): boolean;
  /** The next repository whose time has come; undefined once `signal` aborts. It is the worker's until `finish`. */
  take(signal: AbortSignal): Promise<RepositoryWork | undefined>;
  finish(name: string, remaining?: RemainingWork): void;
  /** Names with tags to look at, or with a worker; those to be read as a whole later do not count. */
  depth(): number;
  /** Sets no more timers: what waits is dropped. */
  close(): void;
}

export interface HintQueueOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly maxNames?: number;
}

const MAX_NAMES = 100_000;
/** Of more tags at once, all of the repository is read. */
const MAX_TAGS = 100;
/** A registry writes a tag's link a few milliseconds after it has sent the event. */
const FIRST_LOOK_MS = 30;
const NEVER_MS = Number.POSITIVE_INFINITY;

interface Entry {
  tags: Map<string, PendingTag>;
  wholeDueMs: number;
  /** When it becomes ready; not before `timer` fires. */
  dueMs: number;
  timer: NodeJS.Timeout | undefined;
}

const NO_TAGS = { tags: new Map<string, PendingTag>(), tagsInMs: NEVER_MS } as const;

function workOf(hint: Hint, nowMs: number): RemainingWork {
  if (hint.kind === 'repository') return { ...NO_TAGS, wholeInMs: FIRST_LOOK_MS };
  const tags = new Map([[hint.tag, pendingOf(hint.expects, nowMs)]]);
  return { tags, tagsInMs: FIRST_LOOK_MS, wholeInMs: undefined };
}

/** What waits of a tag, and what is added, as one. */
type Merge = (waiting: PendingTag | undefined, added: PendingTag) => PendingTag;

/** What is left of a worker's tags is older than the hints that came while it worked. */
const mergeOlder: Merge = (waiting, left) => (waiting ? mergePending(left, waiting) : left);

export function createHintQueue({ now, maxNames = MAX_NAMES }: HintQueueOptions): HintQueue {
  const entries = new Map<string, Entry>();
  const ready = new Set<string>();
  const underWay = new Set<string>();
  const workers = new Set<() => void>();
  let isClosed = false;

  function addWork(name: string, work: RemainingWork, merge: Merge = mergePending): void {
    const { tags, tagsInMs, wholeInMs = NEVER_MS } = work;
    const entry = entries.get(name) ?? { tags: new Map(), wholeDueMs: NEVER_MS, dueMs: NEVER_MS, timer: undefined };
    entries.set(name, entry);
    for (const [tag, pending] of tags) entry.tags.set(tag, merge(entry.tags.get(tag), pending));
    entry.wholeDueMs = Math.min(entry.wholeDueMs, now() + wholeInMs);
    schedule(name, entry, Math.min(entry.wholeDueMs, tags.size > 0 ? now() + tagsInMs : NEVER_MS));
  }

  function schedule(name: string, entry: Entry, dueMs: number): void {
    if (isClosed || ready.has(name) || entry.dueMs <= dueMs) return;
    clearTimeout(entry.timer);
    entry.dueMs = dueMs;
    entry.timer = setTimeout(() => {
      ready.add(name);
      wakeWorker();
    }, dueMs - now());
  }

  function wakeWorker(): void {
    const [wake] = workers;
    wake?.();
  }

  function takeReady(): RepositoryWork | undefined {
    const name = ready.values().find((each) => !underWay.has(each));
    const entry = name === undefined ? undefined : entries.get(name);
    if (name === undefined || entry === undefined) return undefined;
    ready.delete(name);
    entries.delete(name);
    underWay.add(name);
    const isWhole = entry.wholeDueMs <= now() || entry.tags.size > MAX_TAGS;
    if (!isWhole && entry.wholeDueMs < NEVER_MS) addWork(name, { ...NO_TAGS, wholeInMs: entry.wholeDueMs - now() });
    return { name, tags: entry.tags, isWhole };
  }

  return {
    add(hint) {
      if (!entries.has(hint.name) && entries.size >= maxNames) return false;
      addWork(hint.name, workOf(hint, now()));
      return true;
    },
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
    finish(name, remaining) {
      underWay.delete(name);
      if (remaining) addWork(name, remaining, mergeOlder);
      if (ready.has(name)) wakeWorker();
    },
    depth: () => underWay.size + entries.values().reduce((sum, { tags }) => sum + Number(tags.size > 0), 0),
    close() {
      isClosed = true;
      for (const { timer } of entries.values()) clearTimeout(timer);
    },
  };
}
