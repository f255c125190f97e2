import type { Problem } from '../../../api/conditions.ts';
import { unlessAborted } from '../../../async/deadline.ts';
import { type Authenticator, BASIC_CHALLENGE } from '../authenticator.ts';
import type { WatchedFile } from '../watched-file.ts';
import type { Bcrypt } from './bcrypt.ts';

export interface HtpasswdAuthenticatorDeps {
  readonly file: WatchedFile;
  readonly bcrypt: Bcrypt;
}

/** Fits no password, and takes as long as others: the time of the answer must not show that a name is missing. */
const NO_HASH = '$2b$05$abcdefghijklmnopqrstuu5LxJbbFEPFGU6PoaJ4oTjd1GClRrTfq';

/** Knows the users of a file in the format of Apache's htpasswd, as a registry with `auth: htpasswd` does. */
export function createHtpasswdAuthenticator({ file, bcrypt }: HtpasswdAuthenticatorDeps): Authenticator {
  let seen: string | undefined;
  let users: Htpasswd = new Map();
  let dummy = NO_HASH;
  let generation = 0;

  /** Reads it again where it has changed. */
  const current = () => {
    const text = file.text();
    if (text === seen) return text;
    seen = text;
    users = parseHtpasswd(text ?? '');
    dummy = dummyLike(users);
    generation += 1;
    return text;
  };

  return {
    async check(credential, signal) {
      if (current() === undefined) return { kind: 'unavailable', problem: UNREADABLE };
      if (credential.kind !== 'basic') return { kind: 'refused' };
      const { name, password } = credential;
      const hash = users.get(name);
      const fits = await unlessAborted(
        signal,
        bcrypt.compare(password, hash ?? dummy).catch(() => undefined),
      );
      if (fits === undefined) return { kind: 'unavailable', problem: BROKEN };
      return fits && hash !== undefined
        ? { kind: 'known', caller: { kind: 'authenticated', user: name, groups: [] } }
        : { kind: 'refused' };
    },
    challenge: () => BASIC_CHALLENGE,
    isPublic: () => false,
    problem: () => (current() === undefined ? UNREADABLE : undefined),
    generation() {
      current();
      return generation;
    },
    close: () => bcrypt.close(),
  };
}

/** With the cost of another, so that a comparison takes as long. */
function dummyLike(users: Htpasswd): string {
  const [first = NO_HASH] = users.values();
  return first.slice(0, '$2b$05$'.length) + NO_HASH.slice('$2b$05$'.length);
}

const BROKEN: Problem = { reason: 'HtpasswdUnreadable', message: 'the thread that compares passwords has ended' };

const UNREADABLE: Problem = {
  reason: 'HtpasswdUnreadable',
  message: 'the file of search.access.htpasswdSecretRef cannot be read, or has more than 1 MB: all logins are refused',
};

/** Hashes of passwords by name. */
export type Htpasswd = ReadonlyMap<string, string>;

/** What bcrypt may write; registries know no other hashes either. */
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
/** bcrypt has none below; its library throws for one, which would end the thread for everybody. */
const LOWEST_COST = 4;
/** A check takes twice as long with each; one of 16 takes ten seconds. */
const HIGHEST_COST = 15;

/**
 * Reads a file of `name:hash` lines as registries do: of several lines with one name the last counts, `#` begins a
 * comment, and what is no bcrypt hash never fits.
 */
export function parseHtpasswd(text: string): Htpasswd {
  const hashes = new Map<string, string>();
  for (const line of text.split('\n').map((one) => one.trim())) {
    const colon = line.indexOf(':');
    if (line.startsWith('#') || colon < 1) continue;
    hashes.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return new Map([...hashes].filter(([, hash]) => isUsable(hash)));
}

function isUsable(hash: string): boolean {
  const [, cost] = BCRYPT.exec(hash) ?? [];
  return cost !== undefined && Number(cost) >= LOWEST_COST && Number(cost) <= HIGHEST_COST;
}
