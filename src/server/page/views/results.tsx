import { searchUrl } from '../links.ts';
import { Facets } from './facets.tsx';
import { Hit } from './hit.tsx';
import { Notes } from './notes.tsx';
import type { ResultsProps } from './props.ts';

const SORTS = ['relevance', 'pushed', 'name'] as const;

/** What was found: what the script puts in the place of what was found before. */
export function Results(props: ResultsProps) {
  const { page, q, sort, total, rows, facets, sought } = props;
  return (
    <div id="results" class="grid" data-count={countOf(props)}>
      {total > 0 && <Facets page={page} q={q} sort={sort} total={total} facets={facets} />}
      <section>
        <div class="said">
          <Said {...props} />
          {total > 1 && <Sorts page={page} q={q} sort={sort} />}
        </div>
        <Notes {...props} />
        <ol class="hits">
          {rows.map((row) => (
            <Hit key={row.name} page={page} row={row} sought={sought} />
          ))}
        </ol>
        <Pages {...props} />
      </section>
    </div>
  );
}

function countOf({ page, total }: ResultsProps): string {
  const { words, number } = page.language;
  return total === 0 ? words.nothing : words.repositories(total, number(total));
}

function Said(props: ResultsProps) {
  const { page, q, stats, total } = props;
  const { words, number } = page.language;
  if (q === '' && total > 0)
    return (
      <h1>
        {words.newest}
        {stats && (
          <small>
            {`${words.repositories(stats.repositories, number(stats.repositories))}, ${words.tagsOf(stats.tags, number(stats.tags))}`}
          </small>
        )}
      </h1>
    );
  return <h1>{q === '' ? words.emptyRegistry : countOf(props)}</h1>;
}

function Sorts({ page, q, sort = q === '' ? 'pushed' : 'relevance' }: Pick<ResultsProps, 'page' | 'q' | 'sort'>) {
  const { words } = page.language;
  const offered = q === '' ? SORTS.filter((by) => by !== 'relevance') : SORTS;
  return (
    <nav class="choice" aria-label={words.sort}>
      <span>{words.sort}</span>
      {offered.map((by) => (
        <a key={by} href={searchUrl({ q, sort: by })} aria-current={by === sort ? 'true' : undefined}>
          {words.sorts[by]}
        </a>
      ))}
    </nav>
  );
}

function Pages({ page, q, sort, isLater, next }: ResultsProps) {
  const { words } = page.language;
  if (!isLater && next === undefined) return null;
  return (
    <nav class="pages" aria-label={words.pages}>
      {isLater && <a href={searchUrl({ q, sort })}>{words.first}</a>}
      {next !== undefined && (
        <a rel="next" href={searchUrl({ q, sort, cursor: next })}>
          {words.next} <span aria-hidden="true">→</span>
        </a>
      )}
    </nav>
  );
}
