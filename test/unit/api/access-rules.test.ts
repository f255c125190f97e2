import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mistakeInAccess } from '../../../src/api/access-mistakes.ts';
import { type AccessSpec, accessRulesOf, printAccessRules } from '../../../src/api/access-rules.ts';
import { createRecordedRules, parseAccessRules } from '../../../src/server/access/recorded-rules.ts';
import { randomRules } from '../../support/access/random-access.ts';

const REGISTRY = { mode: 'Registry', registry: { url: 'https://r.example' } } as const;
const ref = { name: 'a', key: 'b' };

function mistake(access: AccessSpec, registryUrl?: string) {
  return mistakeInAccess({ search: { access }, ...(registryUrl ? { registry: { url: registryUrl } } : {}) });
}

function mistakeInPattern(pattern: string) {
  return mistake({ ...REGISTRY, rules: [{ names: ['**'], except: [pattern], anonymous: true }] });
}

describe('the rules of a resource are refused', () => {
  test.each([
    ['', 'write ** for all'],
    ['/team/**', 'leave out the slash'],
    ['team/', 'write ** after the slash'],
    ['team//web', 'write one slash'],
    ['team/***', 'three stars'],
    ['Team/**', 'lower-case'],
    ['registry.example.com:5000/**', 'no host in front'],
    ['team/we?', 'lower-case'],
    ['team web', 'lower-case'],
  ])('with the pattern %p, which would fit nothing', (pattern, says) => {
    expect(mistakeInPattern(pattern)).toContain(says);
  });

  test.each(['**', '*', 'team/**', '**/web', 'a.b_c-d/*', '*-web/**'])('and not with %p', (pattern) => {
    expect(mistakeInPattern(pattern)).toBeUndefined();
  });

  const wrong: readonly [string, AccessSpec, string][] = [
    ['no names', { ...REGISTRY, rules: [{ names: [], anonymous: true }] }, 'gives no names'],
    ['nobody', { ...REGISTRY, rules: [{ names: ['**'], anonymous: false, users: [] }] }, 'applies to no caller'],
    [
      'a group that is not there',
      { ...REGISTRY, rules: [{ names: ['**'], groups: ['toString'] }] },
      'the group toString',
    ],
    ['nobody to tell apart', { mode: 'Anonymous', rules: [] }, 'need a mode'],
    ['no registry', { mode: 'Registry' }, 'registry.url'],
    ['no file', { mode: 'Htpasswd' }, 'needs htpasswdSecretRef'],
    ['no secret of the proxy', { mode: 'ForwardedUser' }, 'needs forwardedUser'],
    ['a file besides', { ...REGISTRY, htpasswdSecretRef: ref }, 'goes with mode Htpasswd'],
    ['a registry besides', { mode: 'Htpasswd', htpasswdSecretRef: ref, registry: {} }, 'goes with mode Registry'],
    ['too much', { ...REGISTRY, groups: { all: Array.from({ length: 9_000 }, (_, i) => `user-${i}`) } }, '64 KB'],
  ];
  test.each(wrong)('with %s', (_, access, says) => {
    expect(mistake(access)).toContain(says);
  });

  test('and not where everything is there', () => {
    const groups = ['payments'];
    expect(mistake({ mode: 'Registry' }, 'https://r.example')).toBeUndefined();
    expect(mistake({ mode: 'Htpasswd', htpasswdSecretRef: ref, rules: [] })).toBeUndefined();
    expect(
      mistake({ mode: 'ForwardedUser', forwardedUser: { secretRef: ref }, rules: [{ names: ['**'], groups }] }),
    ).toBeUndefined();
    expect(mistakeInAccess({})).toBeUndefined();
  });
});

describe('the rules as search reads them', () => {
  test('are those of the resource', () => {
    fc.assert(
      fc.property(randomRules, (rules) => {
        expect(parseAccessRules(printAccessRules(rules))).toEqual(JSON.parse(JSON.stringify(rules)));
      }),
    );
  });

  test('are the same text in whatever order a resource has its fields', () => {
    const one = printAccessRules({ groups: { b: ['x'], a: [] }, rules: [{ users: ['eve'], names: ['**'] }] });
    expect(printAccessRules({ rules: [{ names: ['**'], users: ['eve'] }], groups: { a: [], b: ['x'] } })).toBe(one);
  });

  test('are none for a resource that tells nobody apart', () => {
    expect(accessRulesOf({ search: { access: { mode: 'Anonymous' } } })).toBeUndefined();
    expect(accessRulesOf({})).toBeUndefined();
    expect(accessRulesOf({ search: { access: REGISTRY } })).toEqual({});
  });

  test.each([
    '',
    'null',
    '[]',
    '{"rules":{}}',
    '{"rules":[{}]}',
    '{"rules":[{"names":["a"],"anonymous":"yes"}]}',
    '{"groups":{"a":"b"}}',
  ])('let nobody see anything where they cannot be understood: %p', (text) => {
    expect(parseAccessRules(text)).toBeUndefined();
  });

  test('change with the record, and hold while there is none', () => {
    let text: string | undefined;
    const rules = createRecordedRules(() => text);
    expect(rules()).toBeUndefined();
    text = '{"rules":[]}';
    const first = rules();
    expect(first).toEqual({ rules: [] });
    expect(rules()).toBe(first);
    text = undefined;
    expect(rules()).toBe(first);
    text = '{}';
    expect(rules()).toEqual({});
    text = 'broken';
    expect(rules()).toBeUndefined();
  });
});
