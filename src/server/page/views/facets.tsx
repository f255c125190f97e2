import type { Facets as FacetsAnswer } from '../../api/shapes.ts';
import { createToggle, searchUrl, type Toggled } from '../links.ts';
import type { PageContext } from '../page-context.ts';
import { oneLine } from './foreign.tsx';
import { shortType } from './marks.tsx';

type Kind = keyof FacetsAnswer['facets'];
/** A value, and the query that it leads to. */
type Facet = FacetsAnswer['facets'][Kind][number] & Toggled;

const KINDS: readonly Kind[] = ['type', 'namespace', 'os', 'arch', 'mark', 'pushed', 'label'];
const OCI = 'org.opencontainers.image.';
/** The others are folded away. */
const SHOWN = 8;

interface FacetsProps {
  readonly page: PageContext;
  readonly q: string;
  readonly sort: string | undefined;
  /** Of all hits: a value that all of them have narrows nothing. */
  readonly total: number;
  readonly facets: FacetsAnswer['facets'];
}

/** What the hits are, counted; each value is a link that narrows the query by it, or takes that off again. */
export function Facets({ page, q, sort, total, facets }: FacetsProps) {
  const { words } = page.language;
  const toggle = createToggle(q);
  const groups = KINDS.flatMap((kind) => {
    const all: readonly Facet[] = facets[kind].map((facet) => ({ ...facet, ...toggle(facet.filter) }));
    const useful = all.filter((facet) => facet.isOn || (facet.count < total && isTelling(facet)));
    return useful.length > 0 ? [{ kind, facets: sorted(kind, useful) }] : [];
  });
  return (
    <aside aria-label={words.narrow}>
      <details class="fold">
        <summary>{words.filters}</summary>
        {groups.map((group) => (
          <Group key={group.kind} {...group} page={page} sort={sort} />
        ))}
      </details>
    </aside>
  );
}

interface GroupProps extends Pick<FacetsProps, 'page' | 'sort'> {
  readonly kind: Kind;
  readonly facets: readonly Facet[];
}

function Group({ page, sort, kind, facets }: GroupProps) {
  const { words, number } = page.language;
  const values = kind === 'namespace' ? asTree(facets) : facets.map((facet) => ({ facet, depth: 0 }));
  const rows = values.map(({ facet, depth }) => (
    <li key={facet.value} class={depth > 0 ? `deep-${Math.min(depth, 3)}` : undefined}>
      <a href={searchUrl({ q: facet.q, sort })} aria-current={facet.isOn ? 'true' : undefined}>
        {labelOf(page, kind, facet)}
        {facet.isOn && (
          <span class="off" role="img" aria-label={words.removeFilter}>
            ×
          </span>
        )}
        <span class="n">{number(facet.count)}</span>
      </a>
    </li>
  ));
  const hidden = rows.slice(SHOWN);
  return (
    <section>
      <h2>{words.facets[kind]}</h2>
      <ul>{rows.slice(0, SHOWN)}</ul>
      {hidden.length > 0 && (
        <details>
          <summary>{words.more(number(hidden.length))}</summary>
          <ul>{hidden}</ul>
        </details>
      )}
    </section>
  );
}

function labelOf({ language }: PageContext, kind: Kind, { value }: Facet): string {
  const { words, age } = language;
  switch (kind) {
    case 'type':
      return wordOf(words.types, value) ?? shortType(value);
    case 'mark':
      return wordOf(words.marks, value) ?? value;
    case 'namespace':
      return value.slice(value.lastIndexOf('/') + 1);
    case 'label':
      return oneLine(value.startsWith(OCI) ? value.slice(OCI.length) : value);
    case 'pushed':
      return words.within(age(value.replace(/^</, '')));
    default:
      return value;
  }
}

function wordOf(words: Readonly<Record<string, string>>, value: string): string | undefined {
  return Object.hasOwn(words, value) ? words[value] : undefined;
}

/** The youngest first; the other kinds come as they are counted. */
function sorted(kind: Kind, facets: readonly Facet[]): readonly Facet[] {
  if (kind !== 'pushed') return facets;
  const unitOf = ({ value }: Facet) => 'hdwmy'.indexOf(value.slice(-1));
  const countOf = ({ value }: Facet) => Number.parseInt(value.slice(1), 10);
  return facets.toSorted((one, other) => unitOf(one) - unitOf(other) || countOf(one) - countOf(other));
}

/** Of OCI's own labels those that several images share; a title or a revision is of one alone. */
const SHARED = new Set(['vendor', 'licenses', 'authors', 'base.name'].map((key) => OCI + key));

function isTelling({ value }: Facet): boolean {
  return !value.startsWith(OCI) || SHARED.has(value);
}

interface Leaf {
  readonly facet: Facet;
  readonly depth: number;
}

/** Namespaces below the ones that hold them. */
function asTree(facets: readonly Facet[]): Leaf[] {
  const known = new Set(facets.map(({ value }) => value));
  const parentOf = (value: string): string | undefined => {
    const at = value.lastIndexOf('/');
    const parent = at === -1 ? undefined : value.slice(0, at);
    return parent === undefined || known.has(parent) ? parent : parentOf(parent);
  };
  const below = Map.groupBy(facets, ({ value }) => parentOf(value));
  const leavesBelow = (parent: string | undefined, depth: number): Leaf[] =>
    (below.get(parent) ?? []).flatMap((facet) => [{ facet, depth }, ...leavesBelow(facet.value, depth + 1)]);
  return leavesBelow(undefined, 0);
}
