import { describe, expect, test } from '@jest/globals';
import { parseQuery } from '../../../../src/search/query/parse.ts';
import type { Condition, TagClause } from '../../../../src/search/query/query.ts';

const NOW_MS = Date.parse('2026-11-22T12:00:00Z');
const DAY_MS = 86_400_000;
const AB12 = 'ab12cd34';

const parse = (text: string) => parseQuery(text, NOW_MS);
const all = (...conditions: Condition[]) => ({ all: conditions, none: [] });
const text = (literal: string): Condition => ({ kind: 'text', text: literal });
/** What may be a reference is kept as it was typed beside its text. */
const maybeReference = (typed: string): Condition => ({ kind: 'text', text: typed.toLowerCase(), typed });
const clause = (parts: Partial<TagClause>): Condition => ({
  kind: 'tag',
  clause: { names: [], platforms: [], fromMs: undefined, beforeMs: undefined, ...parts },
});

describe('words and phrases', () => {
  test.each([
    ['', []],
    [' \t ', []],
    ['Payments', ['payments']],
    ['payments api', ['payments', 'api']],
    ['"Payments API"', ['payments api']],
    ['" a "', [' a ']],
    ['"say \\"hi\\" \\\\ \\x"', ['say "hi" \\ \\x']],
    ['5" 7"', ['5"', '7"']],
    ['"arch:arm64"', ['arch:arm64']],
    [`"sha256:${AB12}"`, [`sha256:${AB12}`]],
    ['GRÖSSE', ['grösse']],
  ])('%s', (typed, texts) => {
    expect(parse(typed)).toEqual(all(...texts.map(text)));
  });
});

describe('what docker and podman send is one literal text', () => {
  test.each([
    'team-a/pay',
    'team-a/',
    '/pay',
    'my-web.v2_x',
    '-',
    'a=b',
    '(.[',
    '100%',
    '_',
    '\0',
    '🐳',
    'a-',
    'sha256',
  ])('%s', (typed) => {
    expect(parse(typed)).toEqual(all(text(typed)));
  });

  test.each([
    'nginx:latest',
    'ros:noetic',
    'typesense:0.25',
    'sha256:abc',
    'payments/api:2.0.0',
    'example.com:5000/app',
    'localhost:5000/app',
    'localhost:5000',
    'https://git.example.com/shop?a=b',
    ':x',
    'v2:x',
    'nginx:RC1',
    'Registry.example/App@sha256:abc',
  ])('%s, which may be a reference', (typed) => {
    expect(parse(typed)).toEqual(all(maybeReference(typed)));
  });
});

describe('filters', () => {
  const platforms = (...pairs: [string | undefined, string | undefined][]) =>
    clause({ platforms: pairs.map(([os, arch]) => [{ os, arch }]) });
  const label = (key: string, value?: string): Condition => ({ kind: 'label', key, value });
  const digest = (value: string): Condition => ({ kind: 'digest', digest: value });
  const ago = (days: number) => NOW_MS - days * DAY_MS;

  test.each<[string, Condition]>([
    ['tag:V2', clause({ names: [{ text: 'V2', match: 'exact' }] })],
    ['tag:v2.*', clause({ names: [{ text: 'v2.', match: 'prefix' }] })],
    ['TAG:1', clause({ names: [{ text: '1', match: 'exact' }] })],
    ['arch:ARM64', platforms([undefined, 'arm64'])],
    ['arch:arm/v7', platforms([undefined, 'arm/v7'])],
    ['arch:x86_64', platforms([undefined, 'amd64'])],
    ['arch:aarch64', platforms([undefined, 'arm64'])],
    ['arch:x86-64', platforms([undefined, 'amd64'])],
    ['arch:amd64/v1', platforms([undefined, 'amd64'])],
    ['arch:amd64/v3', platforms([undefined, 'amd64/v3'])],
    ['arch:arm64/v8', platforms([undefined, 'arm64'])],
    ['arch:arm', platforms([undefined, 'arm'])],
    ['arch:ARM/7', platforms([undefined, 'arm/v7'])],
    ['arch:armhf', platforms([undefined, 'arm/v7'])],
    ['arch:armel', platforms([undefined, 'arm/v6'])],
    ['arch:i686', platforms([undefined, '386'])],
    ['arch:ppc64el', platforms([undefined, 'ppc64le'])],
    ['arch:linux/arm64', platforms(['linux', 'arm64'])],
    ['arch:Linux/aarch64/v8', platforms(['linux', 'arm64'])],
    ['arch:macos/arm64', platforms(['darwin', 'arm64'])],
    ['os:macOS', platforms(['darwin', undefined])],
    ['tag:1.2.3+build.7', clause({ names: [{ text: '1.2.3_build.7', match: 'exact' }] })],
    ['tag:1.2.3+*', clause({ names: [{ text: '1.2.3_', match: 'prefix' }] })],
    ['arch:constructor', platforms([undefined, 'constructor'])],
    ['os:Linux', platforms(['linux', undefined])],
    ['label:gpu', label('gpu')],
    ['label:Team=Core', label('team', 'core')],
    ['label:team="Core Team"', label('team', 'core team')],
    ['label:"team=core team"', label('team', 'core team')],
    ['label:a=b=c', label('a', 'b=c')],
    ['label:team=', label('team', '')],
    ['type:helm', { kind: 'type', type: 'helm' }],
    ['type:application/vnd.x+json', { kind: 'type', type: 'application/vnd.x+json' }],
    ['ns:Team-A', { kind: 'namespace', namespace: 'team-a' }],
    ['ns:team-a/b/', { kind: 'namespace', namespace: 'team-a/b' }],
    ['signed:yes', { kind: 'referrer', referrer: 'signature' }],
    ['sbom:Yes', { kind: 'referrer', referrer: 'sbom' }],
    ['attested:yes', { kind: 'referrer', referrer: 'attestation' }],
    [`digest:sha256:${AB12}`, digest(`sha256:${AB12}`)],
    [`digest:${AB12.toUpperCase()}`, digest(`sha256:${AB12}`)],
    [`digest:sha512:${AB12}`, digest(`sha512:${AB12}`)],
    [`digest:v1:${AB12}`, digest(`v1:${AB12}`)],
    [`sha256:${AB12}`, digest(`sha256:${AB12}`)],
    ['pushed:>30d', clause({ beforeMs: ago(30) })],
    ['pushed:<2w', clause({ fromMs: ago(14) })],
    ['pushed:<12h', clause({ fromMs: ago(0.5) })],
    ['pushed:>1M', clause({ beforeMs: ago(30) })],
    ['pushed:>1y', clause({ beforeMs: ago(365) })],
    ['pushed:>999999y', clause({ beforeMs: 0 })],
    ['pushed:>2026-01-01', clause({ fromMs: Date.parse('2026-01-01T00:00:00Z') })],
    ['pushed:<2026-01-01', clause({ beforeMs: Date.parse('2026-01-01T00:00:00Z') })],
    ['pushed:<2026-01-01t10:30:00z', clause({ beforeMs: Date.parse('2026-01-01T10:30:00Z') })],
  ])('%s', (typed, condition) => {
    expect(parse(typed)).toEqual(all(condition));
  });

  test('those on tags are gathered into one clause, wherever they stand', () => {
    const typed = 'tag:v2 payments arch:arm64 pushed:>30d os:linux';
    const gathered = clause({
      names: [{ text: 'v2', match: 'exact' }],
      platforms: [[{ os: 'linux', arch: 'arm64' }]],
      beforeMs: ago(30),
    });
    expect(parse(typed)).toEqual(all(text('payments'), gathered));
  });

  test('two architectures are both wanted of the same tag, each with the operating system', () => {
    const wanted = platforms(['linux', 'amd64'], ['linux', 'arm64']);
    expect(parse('arch:amd64 os:linux arch:arm64 arch:amd64')).toEqual(all(wanted));
  });

  test('a whole platform is asked for as it stands, beside others', () => {
    const wanted = platforms(['linux', 'arm64'], ['windows', 'amd64']);
    expect(parse('arch:linux/arm64 arch:windows/amd64 arch:linux/aarch64')).toEqual(all(wanted));
    expect(parse('os:linux arch:linux/arm64')).toEqual(all(platforms(['linux', undefined], ['linux', 'arm64'])));
  });

  test('of several times the narrower counts', () => {
    const typed = 'pushed:<30d pushed:<10d pushed:>3d pushed:>2d';
    expect(parse(typed)).toEqual(all(clause({ fromMs: ago(10), beforeMs: ago(3) })));
  });
});

describe('a minus excludes', () => {
  const none = (...conditions: Condition[]) => ({ all: [], none: conditions });
  const named = (name: string) => clause({ names: [{ text: name, match: 'exact' }] });
  const signed: Condition = { kind: 'referrer', referrer: 'signature' };

  test.each([
    ['-test', none(text('test'))],
    ['-"end of life"', none(text('end of life'))],
    ['--x', none(text('-x'))],
    ['"-x"', all(text('-x'))],
    ['a -b', { all: [text('a')], none: [text('b')] }],
    ['a-b', all(text('a-b'))],
    ['a - b', all(text('a'), text('-'), text('b'))],
    ['-label:gpu', none({ kind: 'label', key: 'gpu', value: undefined })],
    ['signed:no', none(signed)],
    ['-signed:yes', none(signed)],
    ['-signed:no', all(signed)],
    ['-tag:latest -tag:v1', none(named('latest'), named('v1'))],
    ['tag:v2 -tag:latest', { all: [named('v2')], none: [named('latest')] }],
  ])('%s', (typed, query) => {
    expect(parse(typed)).toEqual(query);
  });
});
