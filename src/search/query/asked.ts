import type { PushedBound } from './pushed.ts';
import type { Condition, PlatformChoice, PlatformPattern, Referrer, TagClause, TagName } from './query.ts';

/** What one word or filter asks for: a condition of its own, the absence of a referrer, or a part of a tag clause. */
export type Asked = Exclude<Condition, { readonly kind: 'tag' }> | Absence | TagPart;

export interface Absence {
  readonly kind: 'noReferrer';
  readonly referrer: Referrer;
}

export type TagPart =
  | { readonly kind: 'tagNames'; readonly names: readonly TagName[] }
  | { readonly kind: 'platform'; readonly of: PlatformChoice }
  | { readonly kind: 'pushed'; readonly bound: PushedBound };

const TAG_PARTS: ReadonlySet<string> = new Set<TagPart['kind']>(['tagNames', 'platform', 'pushed']);

export function isTagPart(asked: Asked): asked is TagPart {
  return TAG_PARTS.has(asked.kind);
}

/** What a filter with several values asks for: that one of them holds. Undefined where that cannot be asked. */
export function anyOf(values: readonly Asked[]): Asked | undefined {
  const [first, ...others] = values;
  if (others.length === 0) return first;
  const names = values.flatMap((one) => (one.kind === 'tagNames' ? [one.names] : []));
  if (names.length === values.length) return { kind: 'tagNames', names: names.flat() };
  const platforms = values.flatMap((one) => (one.kind === 'platform' ? [one.of] : []));
  if (platforms.length === values.length) return { kind: 'platform', of: platforms.flat() };
  const of = values.flatMap((one) => (isTagPart(one) || one.kind === 'noReferrer' ? [] : [one]));
  return of.length === values.length ? { kind: 'any', of } : undefined;
}

/** Gathers what one tag must fulfil. Of several bounds in time the narrower counts; of several names the last. */
export function gatherTagClause(parts: readonly TagPart[]): TagClause {
  const choices: PlatformChoice[] = [];
  let names: TagClause['names'] = [];
  let fromMs: number | undefined;
  let beforeMs: number | undefined;
  for (const part of parts) {
    if (part.kind === 'tagNames') names = part.names;
    else if (part.kind === 'platform') choices.push(part.of);
    else if ('fromMs' in part.bound) fromMs = Math.max(fromMs ?? -Infinity, part.bound.fromMs);
    else beforeMs = Math.min(beforeMs ?? Infinity, part.bound.beforeMs);
  }
  return { names, platforms: gatherPlatforms(choices), fromMs, beforeMs };
}

/**
 * `os:linux arch:arm64 arch:amd64` asks for linux/arm64 and for linux/amd64, `os:linux arch:arm64,amd64` for one of the
 * two; `arch:linux/arm64` stands for itself.
 */
function gatherPlatforms(choices: readonly PlatformChoice[]): PlatformChoice[] {
  const systems = choices.filter(isOfSystems);
  const open = choices.filter((choice) => choice.some(({ os }) => os === undefined));
  const whole = choices.filter((choice) => !systems.includes(choice) && !open.includes(choice));
  const combined = systems.flatMap((each) => open.map((choice) => combine(each, choice)));
  return distinct([...(combined.length > 0 ? combined : [...systems, ...open]), ...whole]);
}

function isOfSystems(choice: PlatformChoice): boolean {
  return choice.every(({ arch }) => arch === undefined);
}

function combine(systems: PlatformChoice, choice: PlatformChoice): PlatformChoice {
  const each = ({ os, arch }: PlatformPattern) =>
    os === undefined ? systems.map((system) => ({ os: system.os, arch })) : [{ os, arch }];
  return choice.flatMap(each);
}

function distinct(choices: readonly PlatformChoice[]): PlatformChoice[] {
  return [...new Map(choices.map((choice) => [JSON.stringify(choice), choice])).values()];
}
