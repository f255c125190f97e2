import { describe, expect, test } from '@jest/globals';
import { fold } from '../../../src/search/fold.ts';
import { compareHits, FIT, type Fit, fitOf } from '../../../src/search/rank.ts';

const NAMES = Object.fromEntries(Object.entries(FIT).map(([name, fit]) => [fit, name]));

function nameOfFit(fit: Fit | undefined): string {
  return fit === undefined ? 'none' : (NAMES[fit] ?? 'unknown');
}

describe('how a term fits a repository', () => {
  test.each([
    ['team/nginx', 'team/nginx', 'name'],
    ['nginx', 'nginx', 'name'],
    ['team/nginx', 'nginx', 'lastComponent'],
    ['org/team/nginx', 'team/nginx', 'lastComponent'],
    ['nginx/proxy', 'nginx', 'component'],
    ['a/nginx/b', 'nginx', 'component'],
    ['a/nginx/b', 'a/nginx', 'component'],
    ['nginx-proxy', 'nginx', 'prefix'],
    ['team/nginx-proxy', 'ngi', 'prefix'],
    ['team/nginx', 'team/ng', 'prefix'],
    ['team/my-nginx', 'nginx', 'word'],
    ['team/my_nginx.old', 'ngin', 'word'],
    ['xnginx/my-nginx2', 'nginx', 'word'],
    ['team/mynginx', 'nginx', 'insideWord'],
    ['team/nginx', 'm/ng', 'insideWord'],
    ['team/nginx', '/', 'insideWord'],
    ['team/web', 'reverse proxy', 'text'],
    ['team/web', 'e p', 'text'],
    ['team/web', 'nginx', 'none'],
    ['team/web', '.*', 'none'],
    ['team/web', '%', 'none'],
    ['team/web', '_', 'none'],
  ])('%s is found by %s as %s', (name, term, fit) => {
    expect(nameOfFit(fitOf({ name, texts: ['web front', 'a reverse proxy'] }, term))).toBe(fit);
  });

  test('no text runs over into the next one', () => {
    expect(fitOf({ name: 'a', texts: ['one', 'two'] }, 'onetwo')).toBeUndefined();
  });

  test('an empty term fits all repositories alike', () => {
    expect(fitOf({ name: 'a', texts: [] }, '')).toBe(fitOf({ name: 'b/c', texts: ['x'] }, ''));
  });

  test('case makes no difference once folded, also outside of ASCII', () => {
    expect(fold('GRÖSSE Ñandú')).toBe(fold('grösse ñANDÚ'));
  });
});

describe('the order of hits', () => {
  const hit = (fit: Fit, pushedAtMs: number, name: string) => ({ fit, pushedAtMs, name });

  test('is by fit, then by the newest push, then by name', () => {
    const ordered = [hit(0, 1, 'z'), hit(1, 9, 'y'), hit(1, 5, 'a'), hit(1, 5, 'b'), hit(6, 99, 'a')];
    expect(ordered.toReversed().toSorted(compareHits)).toEqual(ordered);
  });
});
