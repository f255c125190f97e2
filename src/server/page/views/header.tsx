import { thereAndBack } from '../links.ts';
import type { PageContext } from '../page-context.ts';

interface HeaderProps {
  readonly page: PageContext;
  readonly q: string;
  readonly sort: string | undefined;
}

export function Header({ page, q, sort }: HeaderProps) {
  return (
    <header>
      <div class="wrap">
        <a class="home" href="/">
          {page.registry}
        </a>
        <SearchField page={page} q={q} sort={sort} />
        <Reader page={page} />
      </div>
    </header>
  );
}

/** The script adds names that begin so, as a listbox, and shows results while one types. */
function SearchField({ page, q, sort }: HeaderProps) {
  const { words, number } = page.language;
  const placeholder = page.repositories === undefined ? words.search : words.searchField(number(page.repositories));
  return (
    <search>
      <form action="/" method="get">
        <input
          type="search"
          name="q"
          id="q"
          value={q}
          maxLength={1024}
          placeholder={placeholder}
          aria-label={words.search}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          enterkeyhint="search"
        />
        {sort !== undefined && <input type="hidden" name="sort" value={sort} />}
        <span class="key" aria-hidden="true">
          /
        </span>
        <div id="suggestions" role="listbox" tabIndex={-1} aria-label={words.suggestions} hidden />
      </form>
    </search>
  );
}

function Reader({ page }: { readonly page: PageContext }) {
  const { words } = page.language;
  if (page.user !== undefined)
    return (
      <span class="who" title={words.loggedInAs(page.user)}>
        {page.user}
      </span>
    );
  if (!page.canLogIn) return null;
  return (
    <a class="who" href={thereAndBack('/login', page.url)}>
      {words.logIn}
    </a>
  );
}
