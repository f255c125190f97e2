import type { TagPart } from './asked.ts';
import type { PlatformPattern, TagClause } from './query.ts';

/** Gathers what one tag must fulfil. Of several bounds in time the narrower counts; of several names the last. */
export function gatherTagClause(parts: readonly TagPart[]): TagClause {
  const oses: string[] = [];
  const arches: string[] = [];
  const whole: PlatformPattern[] = [];
  let name: TagClause['name'];
  let fromMs: number | undefined;
  let beforeMs: number | undefined;
  for (const part of parts) {
    if (part.kind === 'tagName') name = part.name;
    else if (part.kind === 'os') oses.push(part.os);
    else if (part.kind === 'arch' && part.os !== undefined) whole.push({ os: part.os, arch: part.arch });
    else if (part.kind === 'arch') arches.push(part.arch);
    else if ('fromMs' in part.bound) fromMs = Math.max(fromMs ?? -Infinity, part.bound.fromMs);
    else beforeMs = Math.min(beforeMs ?? Infinity, part.bound.beforeMs);
  }
  return { name, platforms: distinct([...pairs(oses, arches), ...whole]), fromMs, beforeMs };
}

/** `os:linux arch:arm64 arch:amd64` asks for linux/arm64 and linux/amd64. */
export function pairs(oses: readonly string[], arches: readonly string[]): PlatformPattern[] {
  const each = (words: readonly string[]) => (words.length === 0 ? [undefined] : [...new Set(words)]);
  const all = each(oses).flatMap((os) => each(arches).map((arch) => ({ os, arch })));
  return all.filter(({ os, arch }) => os !== undefined || arch !== undefined);
}

function distinct(patterns: readonly PlatformPattern[]): PlatformPattern[] {
  return patterns.filter(({ os, arch }, at) => patterns.findIndex((one) => one.os === os && one.arch === arch) === at);
}
