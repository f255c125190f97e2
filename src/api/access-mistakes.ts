import { type AccessRule, type AccessSpec, accessRulesOf, printAccessRules } from './access-rules.ts';
import type { RegistryIndexSpec } from './generated.ts';

/** DynamoDB takes items of 400 KB, and search reads the rules with each look at the ownership record. */
const MAX_BYTES = 64 * 1024;

/**
 * What is wrong with `search.access`: a sentence that says what to write instead. The schema says the same; here it is
 * for manifests that no API server has checked, and for resources that were stored before the rule was there.
 */
export function mistakeInAccess(spec: Pick<RegistryIndexSpec, 'search' | 'registry'>): string | undefined {
  const access = spec.search?.access;
  if (!access) return undefined;
  return mistakeInMode(access, spec.registry?.url) ?? mistakeInAccessRules(spec);
}

/** What is wrong with rules and groups alone, which are wrong whatever else a command line gives. */
export function mistakeInAccessRules(spec: Pick<RegistryIndexSpec, 'search'>): string | undefined {
  const access = spec.search?.access;
  return access && (mistakeInRules(access) ?? mistakeInSize(spec));
}

function mistakeInMode(access: AccessSpec, registryUrl: string | undefined): string | undefined {
  const { mode, registry, htpasswdSecretRef, forwardedUser, rules, groups } = access;
  if (mode === 'Registry' && (registry?.url ?? registryUrl) === undefined)
    return 'search.access of mode Registry needs the address of the registry, in registry.url or search.access.registry.url';
  const fields = [
    { field: 'registry', of: 'Registry', isGiven: registry !== undefined, isNeeded: false },
    { field: 'htpasswdSecretRef', of: 'Htpasswd', isGiven: htpasswdSecretRef !== undefined, isNeeded: true },
    { field: 'forwardedUser', of: 'ForwardedUser', isGiven: forwardedUser !== undefined, isNeeded: true },
  ];
  for (const { field, of, isGiven, isNeeded } of fields) {
    if (isGiven && mode !== of) return `search.access.${field} goes with mode ${of}, and the mode is ${mode}`;
    if (!isGiven && isNeeded && mode === of) return `search.access of mode ${of} needs ${field}`;
  }
  if (mode === 'Anonymous' && (rules ?? groups) !== undefined)
    return 'search.access has rules or groups, which need a mode that identifies callers';
  return undefined;
}

function mistakeInRules({ mode, rules = [], groups = {} }: AccessSpec): string | undefined {
  for (const [at, rule] of rules.entries()) {
    const mistake = mistakeInRule(rule) ?? unknownGroup(rule, mode === 'ForwardedUser' ? undefined : groups);
    if (mistake !== undefined) return `search.access.rules[${at}] ${mistake}`;
  }
  return undefined;
}

function mistakeInRule({ names, except = [], anonymous, authenticated, users = [], groups = [] }: AccessRule) {
  if (names.length === 0) return 'gives no names: write ** for all of them';
  const isForCallers = anonymous || authenticated || users.length > 0 || groups.length > 0;
  if (!isForCallers) return 'applies to no caller: set anonymous, authenticated, users or groups';
  for (const pattern of [...names, ...except]) {
    const mistake = mistakeInPattern(pattern);
    if (mistake !== undefined) return `has the pattern ${JSON.stringify(pattern.slice(0, SHOWN))}, which ${mistake}`;
  }
  return undefined;
}

const SHOWN = 120;

/** Groups that come with a request need no list of members. */
function unknownGroup({ groups = [] }: AccessRule, known: AccessSpec['groups']): string | undefined {
  const unknown = known && groups.find((group) => !Object.hasOwn(known, group));
  return unknown === undefined ? undefined : `names the group ${unknown}, which search.access.groups does not have`;
}

/** A pattern that no repository's name could fit would give nothing, or take nothing out, without a word. */
function mistakeInPattern(pattern: string): string | undefined {
  if (pattern === '') return 'fits no name: write ** for all of them';
  if (pattern.startsWith('/')) return 'fits no name: leave out the slash at its beginning';
  if (pattern.endsWith('/')) return 'fits no name: write ** after the slash at its end';
  if (pattern.includes('//')) return 'fits no name: write one slash';
  if (pattern.includes('***')) return 'has three stars: write * for a part between slashes, ** for any number of them';
  if (!/^[a-z0-9*._/-]+$/.test(pattern))
    return "fits no name: names have lower-case letters, digits, '.', '_', '-' and '/', and no host in front";
  return undefined;
}

function mistakeInSize(spec: Pick<RegistryIndexSpec, 'search'>): string | undefined {
  const rules = accessRulesOf(spec);
  if (!rules || Buffer.byteLength(printAccessRules(rules)) <= MAX_BYTES) return undefined;
  return `search.access has more than ${MAX_BYTES / 1024} KB of rules and groups; name namespaces by patterns, and groups instead of users`;
}
