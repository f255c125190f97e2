import type { TagRow } from '../../api/shapes.ts';
import { digestUrl, repositoryUrl } from '../links.ts';
import type { PageContext } from '../page-context.ts';
import { Foreign } from './foreign.tsx';
import { platformsOf } from './hit.tsx';
import type { RepositoryProps } from './props.ts';
import { Time } from './time.tsx';

/** So many can be looked through without a filter. */
const FEW = 8;
const SORTS = ['pushed', 'version', 'name'] as const;

/** All tags, or those that fit the filter, page by page; those of one digest stand in one row. */
export function Tags(props: RepositoryProps) {
  const { page, repository, place } = props;
  const { words, number } = page.language;
  const { tags, tagCount, name } = repository;
  const rows = oneOfEachDigest(tags.results);
  return (
    <section id="tags">
      <div class="bar">
        <h2>
          {words.tags} <span class="n">{number(tags.total)}</span>
        </h2>
        <nav class="choice" aria-label={words.sort}>
          <span>{words.sort}</span>
          {SORTS.map((sort) => (
            <a
              key={sort}
              href={`${repositoryUrl(name, { ...place, sort, cursor: undefined })}#tags`}
              aria-current={sort === (place.sort ?? 'pushed') ? 'true' : undefined}
            >
              {words.sorts[sort]}
            </a>
          ))}
        </nav>
        {(tagCount > FEW || place.tags !== undefined) && <TagFilter {...props} />}
      </div>
      {rows.length === 0 ? (
        <p class="note">
          {words.noTags(place.tags ?? '')} <a href={repositoryUrl(name)}>{words.allTags}</a>
        </p>
      ) : (
        <TagTable {...props} rows={rows} />
      )}
      {tags.next !== undefined && (
        <nav class="pages" aria-label={words.pages}>
          <a rel="next" href={`${repositoryUrl(name, { ...place, cursor: tags.next })}#tags`}>
            {words.next} <span aria-hidden="true">→</span>
          </a>
        </nav>
      )}
    </section>
  );
}

function TagFilter({ page, repository, place }: RepositoryProps) {
  const { words } = page.language;
  const kept = Object.entries({ sort: place.sort, client: place.client, by: place.by });
  return (
    <form class="filter" action={repositoryUrl(repository.name)} method="get">
      <input
        type="search"
        name="tags"
        value={place.tags}
        placeholder={words.filterTags}
        aria-label={words.filterTags}
        autocomplete="off"
        spellcheck={false}
      />
      {kept.map(([name, value]) => value !== undefined && <input key={name} type="hidden" name={name} value={value} />)}
      <button type="submit">{words.filter}</button>
    </form>
  );
}

interface TagTableProps extends RepositoryProps {
  readonly rows: readonly TagRow[];
}

function TagTable({ rows, ...place }: TagTableProps) {
  const { words } = place.page.language;
  const shown = columnsOf(rows);
  return (
    <table>
      <thead>
        <tr>
          <th>{words.tag}</th>
          {shown.app && <th>{words.appVersion}</th>}
          <th>{words.pushed}</th>
          {shown.created && <th>{words.created}</th>}
          {shown.size && <th class="num">{words.size}</th>}
          {shown.platforms && <th>{words.platforms}</th>}
          <th>{words.digest}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <TagTableRow key={row.name} {...place} row={row} shown={shown} />
        ))}
      </tbody>
    </table>
  );
}

/** Charts and other artefacts run on no platform, only charts have an application, old records have no size or age. */
function columnsOf(rows: readonly TagRow[]) {
  return {
    platforms: rows.some(({ platforms = [''] }) => platforms.length > 0),
    app: rows.some(({ appVersion }) => appVersion !== undefined),
    size: rows.some((row) => row.size !== undefined),
    created: rows.some(({ created }) => created !== undefined),
  };
}

interface TagTableRowProps extends RepositoryProps {
  readonly row: TagRow;
  readonly shown: ReturnType<typeof columnsOf>;
}

function TagTableRow({ page, repository, place, row, shown }: TagTableRowProps) {
  const { words, size } = page.language;
  return (
    <tr>
      <td class="names">
        {[row.name, ...row.same].map((tag) => (
          <a
            key={tag}
            class="tag"
            href={repositoryUrl(repository.name, { ...place, tag })}
            aria-current={tag === place.tag ? 'true' : undefined}
          >
            {tag}
          </a>
        ))}
      </td>
      {shown.app && <td data-name={words.appVersion}>{row.appVersion && <Foreign text={row.appVersion} />}</td>}
      <td class="when">
        <Time page={page} at={row.pushed} />
      </td>
      {shown.created && (
        <td class="when" data-name={words.created}>
          {row.created && <Time page={page} at={row.created} />}
        </td>
      )}
      {shown.size && <td class="num">{row.size !== undefined && size(row.size)}</td>}
      {shown.platforms && <td>{platformCell(page, row)}</td>}
      <td class="digest">
        <Digest page={page} row={row} />
      </td>
    </tr>
  );
}

function platformCell({ language }: PageContext, { platforms }: TagRow) {
  if (platforms === undefined) return <span class="quiet">{language.words.unread}</span>;
  return platformsOf(platforms);
}

/** Twelve digits tell digests apart, and nearly all are SHA-256; the whole digest is copied. */
function Digest({ page, row }: { readonly page: PageContext; readonly row: TagRow }) {
  const { words } = page.language;
  return (
    <>
      <a href={digestUrl(row.digest)} title={row.digest}>
        <code>{row.digest.replace(/^(?:sha256:)?((?:\w+:)?\w{12}).*$/, '$1')}</code>
      </a>
      <button type="button" class="icon" data-copy={row.digest} data-copied="✓" aria-label={words.copyDigest} hidden />
    </>
  );
}

function oneOfEachDigest(rows: readonly TagRow[]): TagRow[] {
  const shown = new Set<string>();
  return rows.filter(({ name, same }) => {
    if (shown.has(name)) return false;
    for (const tag of same) shown.add(tag);
    return true;
  });
}
