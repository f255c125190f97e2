import type { TagPart } from './asked.ts';
import type { PlatformChoice, PlatformPattern, TagClause } from './query.ts';

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
