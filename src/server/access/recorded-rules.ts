import type { AccessRule, AccessRules } from '../../api/access-rules.ts';
import { isRecord } from '../../json/is-record.ts';

/**
 * The rules that the ownership record has, read again only when they change. They hold while there is no record, as
 * while tables are created again. Undefined, so that no caller sees anything, before there were any, and where this
 * program does not understand them.
 */
export function createRecordedRules(text: () => string | undefined): () => AccessRules | undefined {
  let seen: string | undefined;
  let rules: AccessRules | undefined;
  return () => {
    const now = text();
    if (now === undefined || now === seen) return rules;
    seen = now;
    rules = parseAccessRules(now);
    return rules;
  };
}

/** Reverses `printAccessRules`. Undefined for what it has not written: whom that would let in cannot be known. */
export function parseAccessRules(text: string): AccessRules | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isAccessRules(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isAccessRules(value: unknown): value is AccessRules {
  if (!isRecord(value)) return false;
  const { rules, groups } = value;
  if (rules !== undefined && !(Array.isArray(rules) && rules.every(isRule))) return false;
  return groups === undefined || (isRecord(groups) && Object.values(groups).every(isTexts));
}

function isRule(value: unknown): value is AccessRule {
  if (!isRecord(value) || !isTexts(value.names)) return false;
  const lists = [value.except, value.users, value.groups];
  const flags = [value.anonymous, value.authenticated];
  return lists.every((list) => list === undefined || isTexts(list)) && flags.every(isFlag);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isFlag(value: unknown): value is boolean | undefined {
  return value === undefined || typeof value === 'boolean';
}
