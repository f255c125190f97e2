import type { Condition, Query } from '../../query/query.ts';
import type { Interpretation } from './interpretation.ts';

/** A word before a colon that is the name of no filter. */
const WORDS = /^([a-z0-9._/-]+):([^/:].*)$/;

/** `team:core` as the label `team=core`, or as two words. */
export function readColon(query: Query): Interpretation[] {
  const one = query.all.find((condition) => condition.kind === 'text' && WORDS.test(condition.text));
  if (one?.kind !== 'text') return [];
  const [, key = '', value = ''] = WORDS.exec(one.text) ?? [];
  const replace = (conditions: readonly Condition[]): Query => ({
    ...query,
    all: query.all.flatMap((other) => (other === one ? conditions : [other])),
  });
  const label = replace([{ kind: 'label', key, value }]);
  const words = replace([key, value].map((text) => ({ kind: 'text', text })));
  return [
    { query: label, relaxed: [{ kind: 'label', typed: one.text, meant: `label:${key}=${value}` }] },
    { query: words, relaxed: [{ kind: 'separators', typed: one.text, meant: `${key} ${value}` }] },
  ];
}

/** A digest that no tag has may stand in a text: a label names the base of an image. */
export function readDigestAsText(query: Query): Interpretation[] {
  const digest = query.all.find((one) => one.kind === 'digest')?.digest;
  if (digest === undefined) return [];
  const text = digest.slice(digest.lastIndexOf(':') + 1);
  const all = query.all.map((one) => (one.kind === 'digest' ? ({ kind: 'text', text } as const) : one));
  return [{ query: { ...query, all }, relaxed: [{ kind: 'digestText', digest }] }];
}
