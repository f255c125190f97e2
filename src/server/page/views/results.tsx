import { renderToString } from 'preact-render-to-string';
import { searchUrl } from '../links.ts';
import type { PageContext } from '../page-context.ts';
import { renderDocument } from './document.tsx';
import { Facets } from './facets.tsx';
import { sentence } from './foreign.tsx';
import { Hit } from './hit.tsx';
import type { ResultsProps } from './props.ts';

const SORTS = ['relevance', 'pushed', 'name'] as const;

export function renderSearch(props: ResultsProps): string {
  const { page, q, sort } = props;
  return renderDocument({ page, q, sort, title: q === '' ? undefined : q, children: <Results {...props} /> });
}

/** The results alone, for the script. */
export function renderResults(props: ResultsProps): string {
  return renderToString(<Results {...props} />);
}

/** What was found: what the script puts in the place of what was found before. */
function Results(props: ResultsProps) {
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

const EXAMPLES = ['payments api', 'arch:arm64', 'pushed:<7d', 'type:helm', 'signed:yes'] as const;

/** What a person should know of the answer: how it was understood, what is missing, what to try. */
function Notes({ page, q, total, hints, isIncomplete }: ResultsProps) {
  const { words } = page.language;
  return (
    <>
      {isIncomplete && <p class="note warn">{words.incomplete}</p>}
      {hints.map((hint) => (
        <p key={hint} class="note">
          {sentence(hint)}
        </p>
      ))}
      {(total === 0 || q === '') && <Examples page={page} />}
    </>
  );
}

function Examples({ page }: { readonly page: PageContext }) {
  const { words } = page.language;
  return (
    <p class="examples">
      {words.tryThese}
      {EXAMPLES.map((q) => (
        <a key={q} href={searchUrl({ q })}>
          <code>{q}</code>
        </a>
      ))}
    </p>
  );
}
